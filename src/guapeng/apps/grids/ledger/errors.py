"""Why a change of the ledger is not made, in the words of whoever tries."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from guapeng.apps.grids.models import LedgerChange
from guapeng.kernel.people.models import Household


class LedgerRefused(Exception):
    """Nothing was changed or opened. ``status`` is the HTTP answer that fits."""

    status = 403

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class NoSuchHousehold(LedgerRefused):
    """There is none, or none for whoever asks: both look alike."""

    status = 404

    def __init__(self) -> None:
        super().__init__(_("没有这一户，或者不在您的网格"))


class NotYourLedger(LedgerRefused):
    """A grid's ledger is kept by its grid worker; residents correct their own household."""

    def __init__(self) -> None:
        super().__init__(_("住户台账由本网格的网格员登记，住户可以更正自己的一户"))


class NoBasisForField(LedgerRefused):
    """The dictionary of the day names no basis for this field, so it is not kept."""

    status = 422

    def __init__(self, *, field: str) -> None:
        super().__init__(_("数据字典没有登记“%(field)s”的依据") % {"field": field})


class NotFit(LedgerRefused):
    """A value that cannot be one. ``field`` is its name."""

    status = 422

    def __init__(self, message: str, *, field: str) -> None:
        super().__init__(message)
        self.field = field


class Ended(LedgerRefused):
    """The household has moved away."""

    status = 409

    def __init__(self) -> None:
        super().__init__(_("这一户已经迁出，不能再更改"))


class OnlyThePersonAgrees(LedgerRefused):
    """A care group that rests on consent is entered by the household itself, never for it."""

    def __init__(self, *, label: str) -> None:
        super().__init__(_("“%(label)s”须由住户本人在自己的页面登记") % {"label": label})


class NoCarePurpose(LedgerRefused):
    """Whoever opens care entries says why."""

    status = 422

    def __init__(self) -> None:
        super().__init__(_("查看关爱登记须写明目的"))


class UidTaken(LedgerRefused):
    """The client's id already names something else."""

    status = 409

    def __init__(self) -> None:
        super().__init__(_("这个编号已用于另一条记录"))


class Conflict(LedgerRefused):
    """Somebody else changed the household meanwhile; a person decides, looking at both sides.

    Attributes:
        household: as it stands now; its ``version`` is the one to write on.
        base: the fields wanted, as they stood at the version that the writer saw.
        wanted: the same fields as the writer would have them.
        present: the same fields as they stand.
        between: what was changed since the writer looked, oldest first.
    """

    status = 409

    def __init__(
        self,
        *,
        household: Household,
        base: Mapping[str, Any],
        wanted: Mapping[str, Any],
        present: Mapping[str, Any],
        between: Sequence[LedgerChange],
    ) -> None:
        super().__init__(_("这一户在您查看之后已被更改，请对照两边再决定"))
        self.household = household
        self.base = base
        self.wanted = wanted
        self.present = present
        self.between = between
