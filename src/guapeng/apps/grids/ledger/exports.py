"""A grid's households as a file: addresses and counts, never who lives there or who needs care."""

import datetime as dt
from collections.abc import Iterator
from typing import Final

from django.utils.translation import gettext_lazy as _

from guapeng.apps.grids.ledger import queries
from guapeng.kernel.divisions.models import Division
from guapeng.kernel.exchange.exports import Column, Listing
from guapeng.kernel.people.models import Household

_AT_ONCE: Final = 1_000

COLUMNS: Final = (
    Column("grid", _("网格"), value=lambda home: home.division.name),
    Column("code", _("网格代码"), value=lambda home: home.division.code),
    Column("address", _("住址")),
    Column("kind", _("户别"), value=lambda home: str(home.get_kind_display())),
    Column("members", _("人数"), int),
    Column("since", _("入住日期"), dt.date, lambda home: home.valid.lower),
)


def listing(grid: Division) -> Listing:
    """Return the households that live in a grid, as far as the connection's scope shows them."""
    return Listing("households", _("住户台账"), COLUMNS, _rows(grid))


def _rows(grid: Division) -> Iterator[Household]:
    found = queries.households(grid).select_related("division").defer("division__outline")
    return found.iterator(_AT_ONCE)
