"""The numbers of the statistics page in words; small ones are withheld from the public."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Final, NamedTuple

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from guapeng.kernel.divisions.models import Division
from guapeng.kernel.matters.statistics import classes, periods, rates
from guapeng.kernel.matters.statistics.meanings import CategoryName
from guapeng.kernel.matters.statistics.reading import Asked, Few, Sums, by_time
from guapeng.kernel.people.ledger import Counted
from guapeng.kernel.rules import queries as rules
from guapeng.plain.rates import Rate, percent, suppress, suppress_table
from guapeng.web import charts, words

MEDIAN: Final = Fraction(1, 2)
MOST: Final = Fraction(9, 10)
WITHHELD: Final = "＊"
_NONE: Final = "—"
_DAY_BY_DAY: Final = 62
_UNITS: Final[dict[str, periods.Unit]] = {
    "day": periods.day,
    "week": periods.week,
    "month": periods.month,
}


class Stat(NamedTuple):
    """A number as ``c-stat`` shows it."""

    label: str
    value: str
    count: str = ""  # type: ignore[assignment]  # nobody asks a tuple's
    means: str = ""


class Group(NamedTuple):
    """Numbers under one heading, with a sentence that says what they are."""

    title: str
    stats: list[Stat]
    note: str = ""


def groups(found: rates.Found, minimum: int, *, today: dt.date) -> list[Group]:
    """Return all numbers of a place and period, in the order of the page.

    ``minimum`` is the smallest count that may be told; 1 tells all.
    """
    return [
        _course(rates.everything(found), minimum),
        _three_rates(found, minimum, today=today),
        _times(rates.timed(found), minimum),
        _returns(rates.everything(found), minimum),
    ]


def households(counted: Counted, minimum: int) -> Group:
    """Return the households of a place; without any it says so."""
    title = _("住户台账")
    if not counted.households:
        return Group(title, [], _("台账里还没有住户。"))
    table = suppress_table([[counted.herding, counted.households - counted.herding]], minimum)
    people = None if table.total is None else suppress(counted.people, minimum)
    untold = ngettext("%(n)d户未登记人数", "%(n)d户未登记人数", counted.untold) % {
        "n": counted.untold
    }
    return Group(
        title,
        [
            Stat(_("户数"), number(table.total)),
            Stat(_("其中牧户"), number(table.cells[0][0])),
            Stat(_("登记人数"), number(people), means=untold if counted.untold >= minimum else ""),
        ],
    )


def _course(sums: Sums, minimum: int) -> Group:
    table = suppress_table([[sums.closed, sums.opened - sums.closed]], minimum)
    closed, waiting = table.cells[0]
    late = _("有单位或岗位超过了期限")
    return Group(
        _("办理情况"),
        [
            Stat(_("提出"), number(table.total)),
            Stat(_("已结案"), number(closed)),
            Stat(_("未结案"), number(waiting)),
            Stat(_("现已超期"), number(suppress(sums.overdue, minimum)), means=late),
        ],
    )


def _three_rates(found: rates.Found, minimum: int, *, today: dt.date) -> Group:
    three = rates.three_rates(found)
    told = {
        _("按时响应率"): (three.response, _("期限内联系或报到的，占应联系的")),
        _("解决率"): (three.solution, _("答“已解决”的，占作了回答的")),
        _("满意率"): (three.satisfaction, _("答“满意”的，占作了回答的")),
    }
    stats = [_rate(label, rate, minimum, means) for label, (rate, means) in told.items()]
    weights = rules.value("matters.statistics.weights", on=today)["weights"]
    mean = three.weighted(tuple(weights))
    if mean is not None and all(rates.may_show(rate, minimum) for rate, _means in told.values()):
        means = _("三率按权重%(weights)s合计") % {"weights": "∶".join(map(str, weights))}
        stats.append(Stat(_("合计"), percent(mean), means=means))
    return Group(_("三率"), stats, _left_out(found, minimum))


def _rate(label: str, rate: Rate, minimum: int, means: str) -> Stat:
    if rate.fraction is None:
        return Stat(label, _NONE, _("没有应计入的事项"), means)
    if not rates.may_show(rate, minimum):
        return Stat(label, WITHHELD, _("数字太小，不公开"), means)
    count = _("%(hits)s / %(of)s件") % {"hits": number(rate.hits), "of": number(rate.of)}
    return Stat(label, percent(rate.fraction), count, means)


def _left_out(found: rates.Found, minimum: int) -> str:
    reasons = rates.left_out(found, minimum)
    if not reasons:
        return _("没有不计入三率的事项。")
    told = (f"{one.label} {number(one.count)}" for one in reasons)
    return _("不计入三率：%(reasons)s。") % {"reasons": words.listed(told)}


def _times(sums: Sums, minimum: int) -> Group:
    return Group(
        _("用了多久"),
        [
            *_half_and_most(_("首次联系"), sums.contact_times, minimum, _("从提出到第一次联系")),
            *_half_and_most(_("办结"), sums.close_times, minimum, _("从提出到结案")),
        ],
    )


def _half_and_most(label: str, times: Sequence[int], minimum: int, means: str) -> list[Stat]:
    count = _("%(count)s件") % {"count": number(suppress(sum(times), minimum))}
    if suppress(sum(times), minimum) is None:
        return [Stat(label, WITHHELD, _("数字太小，不公开"), means)]
    return [
        Stat(_("%(what)s，一半") % {"what": label}, _within(times, MEDIAN), count, means),
        Stat(_("%(what)s，九成") % {"what": label}, _within(times, MOST), count, means),
    ]


def _within(times: Sequence[int], share: Fraction) -> str:
    span, is_open = classes.in_words(classes.within(times, share))
    if span == _NONE:
        return _NONE
    wording = _("超过%(span)s") if is_open else _("%(span)s内")
    return wording % {"span": span}


def _returns(sums: Sums, minimum: int) -> Group:
    told = {
        _("退单异议"): (sums.objections, _("单位认为不属本单位职责")),
        _("重办"): (sums.redone, _("核查不通过或没有解决")),
        pgettext("statistics", "重新打开"): (sums.reopened, _("提出人要求再办")),
        _("曾经超期"): (sums.late, _("至少有一次超过期限")),
        _("结案未评价"): (sums.unanswered, _("没有问到或没有回答")),
    }
    return Group(
        _("反复"),
        [
            Stat(label, number(suppress(count, minimum)), means=means)
            for label, (count, means) in told.items()
        ],
    )


def course_of_time(asked: Asked, minimum: int) -> charts.Lines | None:
    """Return how many were opened, and how many of these closed, over time.

    By day, week or month: the finest that fits and needs nothing withheld; months may begin later,
    where the first ones are too small. None if all are. What closed is left out where it, or what
    is still open, would be too small to tell.
    """
    fitting = list(_UNITS)[0 if asked.period.days <= _DAY_BY_DAY else 1 :]
    for name in fitting:
        moments = list(periods.moments(asked.period, _UNITS[name]))
        few = by_time(asked, name)
        rows = [few.get(moment, Few(0, 0, 0)) for moment in moments]
        opened = [row.opened for row in rows]
        closed = [row.closed for row in rows]
        since = _since(opened, minimum, latest=len(rows) // 2 if name == fitting[-1] else 0)
        if since is None:
            continue
        series = [(_("提出"), opened[since:])]
        waiting = [row.opened - row.closed for row in rows]
        if all(_may_tell(_from(counts, since), minimum) for counts in (closed, waiting)):
            series.append((_("其中已结案"), closed[since:]))
        return charts.lines([_moment(moment, name) for moment in moments[since:]], series)
    return None


def categories(
    few: Mapping[str, Few], names: Mapping[str, CategoryName], minimum: int, *, chosen: str
) -> charts.Bars:
    """Return how many were opened by category, most first: the widest, or below ``chosen``."""
    opened: dict[str, int] = {}
    for code, row in few.items():
        shown = _shown_as(code, names, chosen)
        opened[shown] = opened.get(shown, 0) + row.opened
    if not opened:
        return charts.bars([], names=[_("提出")])
    codes = sorted(opened, key=lambda code: (-opened[code], code))
    cells = suppress_table([[opened[code] for code in codes]], minimum).cells[0]
    rows = [
        (names[code].name if code in names else _("未分类"), [count])
        for code, count in zip(codes, cells, strict=True)
        if count is not None
    ]
    return charts.bars(rows, names=[_("提出")])


def parts(few: Mapping[int, Few], places: Sequence[Division], minimum: int) -> list[list[str]]:
    """Return the parts of a place with their counts, in the order of the places.

    Counts only and no rates, so that nobody is ranked.
    """
    rows = [few.get(place.pk, Few(0, 0, 0)) for place in places]
    if not rows:
        return []
    table = suppress_table([[row.closed, row.opened - row.closed] for row in rows], minimum)
    return [
        [number(total), *map(number, cells)]
        for total, cells in zip(table.row_totals, table.cells, strict=True)
    ]


def number(count: int | None) -> str:
    """Return a count as people read it, a star where it is withheld."""
    return WITHHELD if count is None else charts.spelt(count)


def _may_tell(counts: Iterable[int], minimum: int) -> bool:
    return all(suppress(count, minimum) is not None for count in counts)


def _since(counts: Sequence[int], minimum: int, *, latest: int) -> int | None:
    """Return from which moment on all may be told, with what came before as one sum."""
    starts = (start for start in range(latest + 1) if _may_tell(_from(counts, start), minimum))
    return next(starts, None)


def _from(counts: Sequence[int], start: int) -> list[int]:
    """Return the counts from ``start`` on, after the sum of the others, which the total tells."""
    return [sum(counts[:start]), *counts[start:]]


def _moment(moment: dt.date, unit: str) -> str:
    if unit == "month":
        return f"{moment:%Y-%m}"
    return words.day(moment, at=timezone.now())


def _shown_as(code: str, names: Mapping[str, CategoryName], chosen: str) -> str:
    """Return the code under which a category is counted on the page."""
    above = names[code].above if code in names else ""
    return code if chosen or not above else above
