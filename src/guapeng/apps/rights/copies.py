"""The copy of somebody's data that the officer hands over, on a request that was granted."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from guapeng.apps.rights.models import DataRequest
from guapeng.kernel.matters.models import Matter, StepTaken
from guapeng.kernel.people import actions, copies, scope
from guapeng.kernel.people.actors import Actor
from guapeng.kernel.people.copies import Section, moment
from guapeng.kernel.people.models import Person


@transaction.atomic
def hand_over(case: DataRequest, *, by: Actor, at: dt.datetime) -> bytes:
    """Return the person's copy as a workbook, and leave a trace that the person reads.

    Raises:
        PrivacyRefused: ``by`` does not decide on requests.
    """
    actions.hand_over(case.person, by=by, at=at, met_in=f"matter:{case.matter_id}")
    with scope.acting(Actor(person_id=case.person_id)):
        return copies.as_xlsx(list(copies.sections(case.person, at=at)))


def matters_section(person: Person) -> Section:
    """Return the person's matters as a section of the copy."""
    mine = Matter.objects.filter(raised_by=person).order_by("id")
    rows = ((one.number, one.title, moment(one.opened_at), one.outcome) for one in mine.iterator())
    return Section(_("提出的事项"), (_("编号"), _("标题"), _("时间"), _("结果")), rows)


def steps_section(person: Person) -> Section:
    """Return what the person said in their matters as a section of the copy."""
    mine = StepTaken.objects.filter(by=person).select_related("matter").order_by("id")
    rows = ((one.matter.number, moment(one.at), one.says, _given(one)) for one in mine.iterator())
    return Section(_("办理中的话"), (_("编号"), _("时间"), _("步骤"), _("内容")), rows)


def _given(step: StepTaken) -> str:
    return "；".join(str(value) for value in step.given.values() if isinstance(value, str))
