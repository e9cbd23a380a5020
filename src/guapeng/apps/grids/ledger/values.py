"""What a household's fields are: their names, how they are checked, how history writes them."""

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any, Final

from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils.translation import gettext as _

from guapeng.apps.grids.ledger.errors import NotFit
from guapeng.kernel.people.models import Household

CHANGEABLE: Final = ("address", "kind", "members", "since")
"""The fields that ``changes.change`` takes."""
_LONGEST: Final = 200
_MOST_MEMBERS: Final = 99


def told(household: Household) -> dict[str, Any]:
    """Return the fields of a household as JSON: days as ``2026-03-02``, ``until`` the last day."""
    valid = household.valid
    until = valid.upper - dt.timedelta(days=1) if valid.upper else None
    return {
        "address": household.address,
        "kind": household.kind,
        "members": household.members,
        "since": valid.lower.isoformat() if valid.lower else None,
        "until": until.isoformat() if until else None,
    }


def checked(given: Mapping[str, Any], *, on: dt.date) -> dict[str, Any]:
    """Return the given fields in the form of ``told``.

    Raises:
        NotFit: a value that cannot be one, or a field that is none.
    """
    return {field: _check_of(field)(value, on) for field, value in given.items()}


def put(household: Household, values: Mapping[str, Any]) -> None:
    """Set checked values on the row, unsaved."""
    for field in ("address", "kind", "members"):
        if field in values:
            setattr(household, field, values[field])
    if "since" in values or "until" in values:
        whole = told(household) | dict(values)
        household.valid = span(_day(whole["since"]), _day(whole["until"]))


def span(since: dt.date | None, until: dt.date | None) -> DateRange:
    """Return the range from ``since`` to ``until``, both included.

    Raises:
        NotFit: it ends before it begins.
    """
    if since and until and until < since:
        raise NotFit(_("迁出日期不能早于入住日期"), field="until")
    return DateRange(since, until + dt.timedelta(days=1) if until else None)


def _day(text: str | None) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None


def _check_of(field: str) -> Callable[[Any, dt.date], Any]:
    if field not in _CHECKS:
        raise NotFit(_("台账没有“%(field)s”这一项") % {"field": field}, field=field)
    return _CHECKS[field]


def _address(value: Any, _on: dt.date) -> str:
    text = " ".join(str(value or "").split())
    if not 0 < len(text) <= _LONGEST:
        raise NotFit(_("请填写住址，不超过200字"), field="address")
    return text


def _kind(value: Any, _on: dt.date) -> str:
    if value not in Household.Kind.values:
        raise NotFit(_("没有这一户别"), field="kind")
    return str(value)


def _members(value: Any, _on: dt.date) -> int | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= _MOST_MEMBERS:
        raise NotFit(_("人数应为1至99，不清楚的留空"), field="members")
    return value


def day(value: Any, on: dt.date) -> str | None:
    """Return a day as text, for history.

    Raises:
        NotFit: no day, or one to come.
    """
    if value is None:
        return None
    try:
        found = value if isinstance(value, dt.date) else dt.date.fromisoformat(value)
    except (TypeError, ValueError):
        raise NotFit(_("日期应如2026-03-02"), field="since") from None
    if found > on:
        raise NotFit(_("日期不能在今天之后"), field="since")
    return found.isoformat()


_CHECKS: Final[dict[str, Callable[[Any, dt.date], Any]]] = {
    "address": _address,
    "kind": _kind,
    "members": _members,
    "since": day,
    "until": day,
}
