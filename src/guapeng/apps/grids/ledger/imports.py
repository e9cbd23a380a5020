"""Lists of households: what a row must say to stand in a grid's ledger; all else is not read.

A household that lives at the same address already is left as it is: a list is no newer than what a
visit found, and who knows better changes it by hand.
"""

import datetime as dt
import re
import uuid
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from guapeng.apps.grids.ledger import changes, values
from guapeng.apps.grids.ledger.changes import Draft, Writing
from guapeng.apps.grids.ledger.errors import LedgerRefused, NotFit
from guapeng.apps.grids.models import Source
from guapeng.kernel.divisions.models import Division, Level
from guapeng.kernel.exchange.columns import Field
from guapeng.kernel.exchange.labels import Labels
from guapeng.kernel.exchange.running import Importer, Misfit, Ready, Refusal, Taken
from guapeng.kernel.people import scope
from guapeng.kernel.people.actors import Actor, HeldPost
from guapeng.kernel.people.models import Household
from guapeng.plain.moments import read_moment
from guapeng.plain.text import fold
from guapeng.plain.unfit import Unfit, gettext_noop

_NAMESPACE: Final = uuid.UUID("1f0a8ad4-51cb-4d8f-8f2e-6d1d6e3f7a10")
_ADDRESS: Final = ("住址", "地址", "家庭住址", "门牌", "门牌号", "详细地址", "房号")
_PEOPLE: Final = ("人数", "家庭人口", "人口", "人口数", "常住人口", "同住人数")
_COUNT: Final = re.compile(r"([0-9]+)\s*[人口]?")
_HERDING: Final = frozenset({"牧户", "herding_household", "herding"})
_ORDINARY: Final = frozenset({"", "普通户", "农户", "居民户", "城镇户", "ordinary"})


class Wrong(Unfit):
    """A value that the ledger does not take, in its own words."""

    code = "household.wrong"
    wording = gettext_noop("%(says)s")


class NoGrid(Unfit):
    """The place chosen is not a grid."""

    code = "household.grid"
    wording = gettext_noop("住户要登记到网格，“%(place)s”不是网格")


@dataclass(frozen=True)
class Row:
    """A checked row."""

    address: str
    kind: str
    members: int | None
    since: dt.date


class HouseholdTaker:
    """Takes rows into the ledger of one grid, in the name of whoever keeps it."""

    def __init__(
        self,
        *,
        source: str,  # noqa: ARG002  # every taker is called alike
        root: Division,
        labels: Labels,  # noqa: ARG002  # the same
        by: Actor,
        at: dt.datetime,
    ) -> None:
        self.root, self.by, self.at = root, by, at
        self.notes: Counter[str] = Counter()
        self.unknown: Counter[tuple[str, str]] = Counter()

    def check(self, values_: Mapping[str, str]) -> Row:
        """Return what a row says.

        Raises:
            Misfit: no address, or a value that cannot be one.
        """
        if self.root.level != Level.GRID:
            raise Misfit("", NoGrid(place=self.root.name))
        today = localdate(self.at)
        given: dict[str, Any] = {
            "address": values_.get("address", ""),
            "kind": _kind(values_.get("kind", "")),
            "members": _members(values_.get("members", "")),
            "since": _since(values_.get("since", ""), today),
        }
        try:
            fit = values.checked(given, on=today)
        except NotFit as fault:
            raise Misfit(fault.field, Wrong(says=fault.message)) from None
        return Row(fit["address"], fit["kind"], fit["members"], given["since"])

    def take(self, batch: Sequence[Ready]) -> Taken:
        """Enter the rows whose address nobody lives at yet."""
        with transaction.atomic():
            lived_at = self._addresses()
            new, refused = 0, []
            for ready in batch:
                key = _door(ready.content.address)
                if key in lived_at:
                    continue
                try:
                    with transaction.atomic():
                        self._enter(ready.content)
                except LedgerRefused as refusal:
                    refused.append(Refusal(ready.line, Misfit("", Wrong(says=refusal.message))))
                    continue
                lived_at.add(key)
                new += 1
                if ready.content.members is None:
                    self.notes["members"] += 1
        return Taken(new, len(batch) - new - len(refused), refused)

    def _addresses(self) -> set[str]:
        with scope.trusted():
            living = Household.objects.filter(division=self.root, valid__upper_inf=True)
            return {_door(address) for address in living.values_list("address", flat=True)}

    def _enter(self, row: Row) -> None:
        uid = uuid.uuid5(_NAMESPACE, f"{self.root.pk}\x1f{_door(row.address)}\x1f{self.at}")
        draft = Draft(row.address, kind=row.kind, members=row.members, since=row.since)
        changes.add(self.root, draft, Writing(uid=uid, by=self.by, at=self.at, source=Source.LIST))


def keeping_posts(by: Actor) -> list[HeldPost]:
    """Return the posts that keep a ledger: column ``household_ledger`` of the matrix."""
    return [post for post in by.posts if post.kind.may("w", "household_ledger")]


def described(row: Row) -> dict[str, str]:
    """Return a row as the preview shows it."""
    return {
        _("住址"): row.address,
        _("户别"): str(Household.Kind(row.kind).label),
        _("人数"): str(row.members or ""),
        _("入住日期"): row.since.isoformat(),
    }


HOUSEHOLDS: Final = Importer(
    key="households",
    label=gettext_lazy("住户"),
    fields=(
        Field("address", gettext_lazy("住址"), _ADDRESS),
        Field("kind", gettext_lazy("户别"), ("户别", "类别", "住户类别", "户类型")),
        Field("members", gettext_lazy("人数"), _PEOPLE),
        Field("since", gettext_lazy("入住日期"), ("入住日期", "入住时间", "迁入日期")),
    ),
    required=("address",),
    notes={"members": gettext_lazy("没有写明人数")},
    taker=HouseholdTaker,
    describe=described,
    posts=keeping_posts,
    lead=gettext_lazy(
        "一行一户，只读住址、户别、人数和入住日期，别的栏目不收。同一住址已经登记的不重复。"
    ),
    in_own_name=True,
)


def _door(address: str) -> str:
    """Return an address as it is compared: however it is spaced, it is one door."""
    return "".join(fold(address).split())


def _kind(word: str) -> str:
    if fold(word) in _HERDING:
        return Household.Kind.HERDING
    return Household.Kind.ORDINARY if fold(word) in _ORDINARY else word


def _members(text: str) -> int | None:
    if not text.strip():
        return None
    found = _COUNT.fullmatch(text.strip())
    if found is None:
        raise Misfit("members", Wrong(says=_("人数应为1至99，不清楚的留空")))
    return int(found[1])


def _since(text: str, today: dt.date) -> dt.date:
    if not text.strip():
        return today
    try:
        return localdate(read_moment(text))
    except Unfit as fault:
        raise Misfit("since", fault) from None
