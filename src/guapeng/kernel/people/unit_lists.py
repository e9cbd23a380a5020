"""Lists of units and of their duties, read from a file: what an instance begins with.

A list speaks from today on. What it says again changes nothing; with one bad row nothing is taken.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Final, NamedTuple

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from guapeng.kernel.divisions import queries as divisions
from guapeng.kernel.divisions.listing import Problem
from guapeng.kernel.divisions.models import Division, Level
from guapeng.kernel.divisions.sheets import read_rows
from guapeng.kernel.people.models import Body, Duty
from guapeng.plain.terminal import _
from guapeng.plain.unfit import Unfit, gettext_noop

_MOST_SHOWN: Final = 50
_BODY_HEADINGS: Final = {
    "name": "name", "名称": "name",
    "short_name": "short_name", "简称": "short_name",
    "kind": "kind", "类别": "kind",
    "division": "division", "区划代码": "division",
    "phone": "phone", "值班电话": "phone",
}  # fmt: skip
_DUTY_HEADINGS: Final = {
    "body": "body", "单位": "body",
    "number": "number", "编号": "number",
    "title": "title", "事项": "title",
    "kind": "kind", "类型": "kind",
    "basis": "basis", "依据": "basis",
}  # fmt: skip


class Taken(NamedTuple):
    """How many rows were new, how many changed something, how many were known."""

    new: int
    changed: int
    known: int


class BadRows(Unfit):
    """Some rows are not right; nothing was taken."""

    code = "rows.bad"
    wording = gettext_noop("%(told)s\n共%(count)d处问题，没有导入任何内容")

    def __init__(self, problems: list[Problem]) -> None:
        told = "\n".join(problem.told(_) for problem in problems[:_MOST_SHOWN])
        super().__init__(told=told, count=len(problems))


class Missing(Unfit):
    """A cell that must be filled is empty."""

    code = "rows.missing"
    wording = gettext_noop("没有填“%(column)s”")


class TooLong(Unfit):
    """A text longer than its place."""

    code = "rows.too_long"
    wording = gettext_noop("“%(column)s”超过%(most)d个字")


class NoSuchKind(Unfit):
    """A kind of unit that there is none of."""

    code = "body.kind"
    wording = gettext_noop("没有“%(kind)s”这种单位，可以是：%(kinds)s")


class NoSuchDivision(Unfit):
    """A code that no division has today."""

    code = "body.division"
    wording = gettext_noop("没有代码为%(division)s的区划")


class NoSuchUnit(Unfit):
    """A unit that is not on the list."""

    code = "body.unknown"
    wording = gettext_noop("没有单位“%(unit)s”，请先导入单位")


class TwoUnits(Unfit):
    """A name that several units bear."""

    code = "body.two"
    wording = gettext_noop("有几个单位叫“%(unit)s”，请写全称")


def each(
    path: Path,
    *,
    headings: Mapping[str, str],
    required: Iterable[str],
    take: Callable[[dict[str, str]], bool | None],
) -> Taken:
    """Hand every row to ``take``, which tells whether it was new (True), changed (False) or known.

    To be called in a transaction, which a bad row ends.

    Raises:
        BadRows: some rows were refused.
        Unfit: the file as a whole cannot be read.
    """
    counts, problems = {True: 0, False: 0, None: 0}, []
    for number, row in read_rows(path, headings=headings, required=required):
        try:
            counts[take(row)] += 1
        except Unfit as fault:
            problems.append(Problem(number, fault))
    if problems:
        raise BadRows(problems)
    return Taken(counts[True], counts[False], counts[None])


@transaction.atomic
def import_bodies(path: Path, *, on: dt.date) -> Taken:
    """Import units: ``name``, ``short_name`` and perhaps ``kind``, ``division``, ``phone``.

    A unit without a division belongs to the county. Known units are found by place and name.

    Raises:
        Unfit: as ``each``.
    """
    county = divisions.at(on).filter(level=Level.COUNTY).order_by("pk").first()

    def take(row: dict[str, str]) -> bool | None:
        place = _division(row.get("division", ""), on=on) or county
        if place is None:
            raise Missing(column=_("区划代码"))
        given = {
            "short_name": filled(row, "short_name", most=40),
            "kind": _kind(row.get("kind", "")),
            "phone": fitting(row, "phone", most=30),
        }
        name = filled(row, "name", most=100)
        known = Body.objects.filter(division=place, name=name).first()
        if known is None:
            Body.objects.create(name=name, division=place, **given)
            return True
        return _changed(known, given)

    return each(path, headings=_BODY_HEADINGS, required=("name", "short_name"), take=take)


@transaction.atomic
def import_duties(path: Path, *, on: dt.date) -> Taken:
    """Import lines of the duty lists: ``body``, ``number``, ``title``, perhaps ``kind``, ``basis``.

    A line that says something else than before ends the day before, and a new one begins.

    Raises:
        Unfit: as ``each``.
    """

    def take(row: dict[str, str]) -> bool | None:
        body = unit_named(filled(row, "body", most=100))
        number = filled(row, "number", most=20)
        given = {
            "title": filled(row, "title", most=200),
            "kind": fitting(row, "kind", most=40),
            "basis": row.get("basis", ""),
        }
        held = Duty.objects.filter(body=body, number=number, valid__contains=on).first()
        if held is None:
            Duty.objects.create(body=body, number=number, valid=DateRange(on, None), **given)
            return True
        if held.valid.lower == on or all(getattr(held, key) == given[key] for key in given):
            return _changed(held, given)
        until, held.valid = held.valid.upper, DateRange(held.valid.lower, on)
        held.save(update_fields=["valid"])
        Duty.objects.create(body=body, number=number, valid=DateRange(on, until), **given)
        return False

    return each(path, headings=_DUTY_HEADINGS, required=("body", "number", "title"), take=take)


def unit_named(name: str) -> Body:
    """Return the unit that bears the name, in short or in full.

    Raises:
        NoSuchUnit, TwoUnits: none does, or several do.
    """
    bodies = Body.objects.filter(ended_on=None)
    found = list(bodies.filter(name=name)) or list(bodies.filter(short_name=name))
    if not found:
        raise NoSuchUnit(unit=name)
    if len(found) > 1:
        raise TwoUnits(unit=name)
    return found[0]


def filled(row: Mapping[str, str], column: str, *, most: int) -> str:
    """Return a cell that must be filled.

    Raises:
        Missing, TooLong: it is not, or nobody would read it.
    """
    if not row.get(column):
        raise Missing(column=column)
    return fitting(row, column, most=most)


def fitting(row: Mapping[str, str], column: str, *, most: int) -> str:
    """Return a cell that may be empty.

    Raises:
        TooLong: nobody would read it.
    """
    text = row.get(column, "")
    if len(text) > most:
        raise TooLong(column=column, most=most)
    return text


def _division(code: str, *, on: dt.date) -> Division | None:
    if not code:
        return None
    found = divisions.at(on).filter(code=code).first()
    if found is None:
        raise NoSuchDivision(division=code)
    return found


def _kind(given: str) -> str:
    """Return the key of a kind that is given by key or by its Chinese label; else a department."""
    kinds = {str(key): str(key) for key in Body.Kind.values}
    kinds |= {str(kind.label): str(kind.value) for kind in Body.Kind}
    if given and given not in kinds:
        raise NoSuchKind(kind=given, kinds="、".join(map(str, Body.Kind.values)))
    return kinds[given] if given else str(Body.Kind.DEPARTMENT.value)


def _changed(known: Body | Duty, given: Mapping[str, str]) -> bool | None:
    """Write what is given; tell whether it was something else."""
    if all(getattr(known, key) == value for key, value in given.items()):
        return None
    for key, value in given.items():
        setattr(known, key, value)
    known.save(update_fields=list(given))
    return False
