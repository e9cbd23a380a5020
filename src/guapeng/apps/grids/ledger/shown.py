"""A household, its changes and who looked, as people read them."""

import datetime as dt
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from guapeng.apps.grids.ledger.changes import FIELDS
from guapeng.apps.grids.ledger.dictionary import Group
from guapeng.apps.grids.models import CareEntry, CareOpening, LedgerChange
from guapeng.kernel.people.models import Household
from guapeng.web import words
from guapeng.web.rows import Row


def row(one: Household, *, at: dt.datetime) -> Row:
    """Return a household as a line of a list."""
    more = [one.get_kind_display()]
    if one.members:
        more.append(_("%(count)s人") % {"count": one.members})
    if one.valid.upper:
        last = one.valid.upper - dt.timedelta(days=1)
        more.append(_("%(day)s迁出") % {"day": words.day(last, at=at)})
    return Row(
        href=reverse("grids:household", args=[one.uid]),
        title=one.address,
        meta=" · ".join(more),
    )


def facts(found: Household, *, at: dt.datetime) -> list[dict[str, str]]:
    """Return what is entered about a household, each with its name."""
    valid = found.valid
    facts = [
        (_("住址"), f"{found.division.name} {found.address}"),
        (_("户别"), found.get_kind_display()),
        (_("人数"), _("%(count)s人") % {"count": found.members} if found.members else _("不清楚")),
    ]
    if valid.lower:
        facts.append((_("入住日期"), words.day(valid.lower, at=at)))
    if valid.upper:
        facts.append((_("迁出日期"), words.day(valid.upper - dt.timedelta(days=1), at=at)))
    return [{"label": label, "value": str(value)} for label, value in facts]


def entry(one: LedgerChange, *, at: dt.datetime) -> dict[str, str]:
    """Return a change as a line of a timeline: what, by whom, when, from where."""
    return {
        "says": _said(one),
        "by": _writer(one),
        "at": words.moment(one.at, at=at),
        "iso": one.at.isoformat(),
        "note": _("来源：%(source)s") % {"source": one.get_source_display()},
        "icon": "edit",
    }


def _writer(one: LedgerChange) -> str:
    if one.by is None:
        return ""
    return f"{one.title} {one.by.name}" if one.title else _("住户本人")


def _said(one: LedgerChange) -> str:
    """Return a change in words: ``更改登记：人数 3人 → 4人``."""
    told = [
        _change_of(field, one.before.get(field), value)
        for field, value in one.after.items()
        if field != "member" and (one.what != LedgerChange.What.MEMBER_ADDED or field == "since")
    ]
    return f"{one.get_what_display()}：{words.listed(told)}" if told else one.get_what_display()


def _change_of(field: str, before: Any, after: Any) -> str:
    label = str(FIELDS[field])
    if before is None:
        return f"{label} {value_in_words(field, after)}"
    return f"{label} {value_in_words(field, before)} → {value_in_words(field, after)}"


def value_in_words(field: str, value: Any) -> str:
    """Return a value of history as people read it; an empty one as not entered."""
    if value is None:
        return _("没有登记")
    if field == "kind":
        return str(Household.Kind(value).label)
    if field == "members":
        return _("%(count)s人") % {"count": value}
    if field in ("since", "until"):
        return words.day(dt.date.fromisoformat(value), at=timezone.now())
    return _("一位成员") if field == "member" else str(value)


def opening(one: CareOpening, *, at: dt.datetime) -> dict[str, str]:
    """Return who opened care entries, when and why."""
    return {
        "who": f"{one.title} {one.by.name}",
        "why": one.purpose,
        "at": words.moment(one.at, at=at),
        "iso": one.at.isoformat(),
    }


def care(one: CareEntry, known: dict[str, Group]) -> dict[str, Any]:
    """Return a care entry with its law; a group that is no longer in force keeps its key."""
    label = known[one.group].label if one.group in known else one.group
    return {"entry": one, "label": label, "clause": one.clause}
