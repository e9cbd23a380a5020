"""Why a change of staffing is not made."""

from django.utils.translation import gettext as _


class StaffingRefused(Exception):
    """Nothing was changed. ``status`` is the HTTP answer that fits."""

    status = 409

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class NotYourGrid(StaffingRefused):
    """Staffing is for those who answer for the grid."""

    status = 403

    def __init__(self) -> None:
        super().__init__(_("替岗、请假和交接由本网格的负责人办理"))


class NotTheWorker(StaffingRefused):
    """Leave is the worker's."""

    def __init__(self) -> None:
        super().__init__(_("此人这段时间不是这个网格的网格员"))


class OwnDeputy(StaffingRefused):
    """Nobody stands in for themself."""

    def __init__(self) -> None:
        super().__init__(_("替岗人须是另一位同事"))


class NoColleague(StaffingRefused):
    """A deputy comes from the same village or community, or from above it."""

    def __init__(self) -> None:
        super().__init__(_("替岗人须在本嘎查（社区）或本苏木乡镇任职"))


class DeputyAway(StaffingRefused):
    """A deputy who is away cannot stand in."""

    def __init__(self) -> None:
        super().__init__(_("替岗人这段时间自己也请假，请另找一位"))


class AwayAlready(StaffingRefused):
    """The days overlap a leave that is noted."""

    def __init__(self) -> None:
        super().__init__(_("这段时间已有请假登记"))


class WrongDays(StaffingRefused):
    """The last day before the first, a leave in the past, or one without end."""

    status = 422

    def __init__(self) -> None:
        super().__init__(_("请核对日期：最后一天不能早于第一天，也不能在今天之前"))


class NotYourHandOver(StaffingRefused):
    """It is signed by the two whom it concerns."""

    status = 403

    def __init__(self) -> None:
        super().__init__(_("交接由交出人和接手人本人签收"))


class HandOverOpen(StaffingRefused):
    """The one before is not signed by both."""

    def __init__(self) -> None:
        super().__init__(_("这个网格还有一次交接没有签完"))


class PrivateNumber(StaffingRefused):
    """A person's own number is published by that person alone."""

    status = 422

    def __init__(self) -> None:
        super().__init__(_("这是个人手机号：须由本人在“我的”页面同意公开后才会显示"))
