"""What can be wrong with a step, in the words of the person who tries it."""

import datetime as dt
from typing import Any, NamedTuple

from django.utils.formats import localize
from django.utils.timezone import localtime
from django.utils.translation import gettext as _


class LastStep(NamedTuple):
    """Who was first: the step taken last, whose it was, and when."""

    label: str
    who: str
    at: dt.datetime


class StepRefused(Exception):  # a refusal is an answer, not a fault
    """A step cannot be taken; nothing was changed. ``status`` is the HTTP answer that fits."""

    status = 409

    def __init__(self, message: str, **facts: Any) -> None:
        super().__init__(message)
        self.message = message
        self.facts = facts


class GivenRefused(StepRefused):
    """What was given cannot be; another answer may do."""


class NoSuchStep(StepRefused):
    """The procedure has no step of that name."""

    status = 404

    def __init__(self, step: str) -> None:
        super().__init__(_("没有“%(step)s”这一步") % {"step": step}, step=step)


class StepNotOpen(StepRefused):
    """The matter is not where the step begins; somebody may have been quicker."""

    def __init__(self, *, state: str, last: LastStep | None = None) -> None:
        super().__init__(_not_open(state, last), state=state)


class NotYours(StepRefused):
    """The step waits for somebody else."""

    status = 403

    def __init__(self, *, label: str, awaited: str) -> None:
        super().__init__(_("“%(label)s”由%(awaited)s办理") % {"label": label, "awaited": awaited})


class SecondPersonNeeded(StepRefused):
    """The step checks an earlier one and must be taken by somebody else."""

    status = 403

    def __init__(self, *, label: str, earlier: str) -> None:
        super().__init__(
            _("您已办理“%(earlier)s”，“%(label)s”须由另一人办理")
            % {"earlier": earlier, "label": label}
        )


class TakenBefore(StepRefused):
    """The step can be taken once only."""

    def __init__(self, *, label: str) -> None:
        super().__init__(_("“%(label)s”只能办理一次") % {"label": label})


class TooLate(StepRefused):
    """The time in which the step could be taken is over."""

    def __init__(self, *, label: str) -> None:
        super().__init__(_("“%(label)s”的期限已过") % {"label": label})


def _not_open(state: str, last: LastStep | None) -> str:
    if last is None:
        return _("现在是“%(state)s”，不能办理这一步") % {"state": state}
    return _("%(time)s 已由%(who)s办理“%(step)s”，现在是“%(state)s”") % {
        "time": localize(localtime(last.at)),
        "who": last.who,
        "step": last.label,
        "state": state,
    }
