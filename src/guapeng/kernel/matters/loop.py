"""What every loop needs and no app writes again: units' parts, objection, extension, verdict.

Each verb is the effect of a row; the forms beside it are what the row asks for.
"""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from guapeng.kernel.matters.errors import GivenRefused
from guapeng.kernel.matters.forms import StepForm, duties_around
from guapeng.kernel.matters.models import (
    Assignment,
    Case,
    Extension,
    Matter,
    Objection,
    Verdict,
)
from guapeng.kernel.people.actors import Actor
from guapeng.kernel.people.models import Body, Duty


class Reason(StepForm):
    """A reason in the taker's own words, which the asker reads."""

    asker_reads = ("reason",)
    reason = forms.CharField(
        label=gettext_lazy("理由"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )


class Object(StepForm):
    """Why a unit thinks that a matter is not its job."""

    tells = ("ground",)
    ground = forms.ChoiceField(
        label=gettext_lazy("理由类别"),
        choices=[
            ("not_our_duty", gettext_lazy("不属本单位职责")),
            ("not_our_place", gettext_lazy("不属本单位辖区")),
            ("needs_lead", gettext_lazy("应由其他单位牵头")),
            ("unclear", gettext_lazy("事项不清，无法承办")),
        ],
    )
    duty = forms.ModelChoiceField(
        Duty.objects.none(),
        label=gettext_lazy("权责清单里是谁的哪一项"),
        required=False,
    )
    explanation = forms.CharField(label=gettext_lazy("说明"), max_length=1000, required=False)

    def narrow(self) -> None:
        """Offer what the duty lists say today of the units that could have the matter."""
        lines = duties_around(self.matter, self.by, on=timezone.localdate())
        self.fields["duty"].queryset = lines  # type: ignore[attr-defined]
        if not self.is_bound and not lines.exists():
            del self.fields["duty"]


class Rule(StepForm):
    """The arbiter's ruling on an objection."""

    upheld = forms.TypedChoiceField(
        label=gettext_lazy("裁定"),
        coerce=lambda value: value == "yes",
        choices=[("yes", gettext_lazy("异议成立，改派")), ("no", gettext_lazy("异议不成立，照办"))],
    )
    ruling = forms.CharField(label=gettext_lazy("裁定理由"), max_length=1000)

    def narrow(self) -> None:
        """Say whose objection it is, for several units may have one."""
        objection = _next_objection(self.matter) if self.matter else None
        if objection:
            grounds = dict(Object.base_fields["ground"].choices)  # type: ignore[attr-defined]
            self.fields["upheld"].help_text = _("%(unit)s的异议：%(ground)s") % {
                "unit": objection.body.short_name,
                "ground": grounds.get(objection.reason, objection.reason),
            }


class AskExtension(StepForm):
    """More time, once, with a reason that the asker reads."""

    asker_reads = ("reason", "until")
    reason = forms.CharField(label=gettext_lazy("延期理由（群众可见）"), max_length=500)
    until = forms.DateField(
        label=gettext_lazy("延至"), widget=forms.DateInput(attrs={"type": "date"})
    )


class DecideExtension(StepForm):
    """Whether more time is granted."""

    asker_reads = ("granted",)
    granted = forms.TypedChoiceField(
        label=gettext_lazy("决定"),
        coerce=lambda value: value == "yes",
        choices=[("yes", gettext_lazy("同意延期")), ("no", gettext_lazy("不同意"))],
    )


_YES_NO = [("yes", gettext_lazy("是")), ("no", gettext_lazy("否"))]


def _answer(label: Any) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=label,
        choices=_YES_NO,
        coerce=lambda value: value == "yes",
        required=False,
        empty_value=None,
        widget=forms.RadioSelect,
    )


class Judge(StepForm):
    """The asker's verdict in three separate answers."""

    asker_reads = ("reached", "solved", "satisfied", "comment")
    reached = _answer(gettext_lazy("联系到您了吗？"))
    solved = _answer(gettext_lazy("问题解决了吗？"))
    satisfied = _answer(gettext_lazy("您满意吗？"))
    comment = forms.CharField(label=gettext_lazy("补充"), max_length=1000, required=False)

    def clean(self) -> dict[str, Any]:
        """Ask for the one answer that decides what happens next."""
        given = super().clean() or {}
        if not self.errors and given.get("solved") is None:
            self.add_error("solved", _("请回答问题解决了没有"))
        return given


class ExtensionTooLong(GivenRefused):
    """The new date lies beyond what the rule allows."""

    def __init__(self, latest: dt.date) -> None:
        super().__init__(_("最迟可延至%(day)s") % {"day": latest})


def assign(
    matter: Matter, *, lead: Body, assisting: Iterable[Body], at: dt.datetime, part: str = ""
) -> None:
    """Give the matter to a lead unit and its helpers; whoever had it before has it no more."""
    matter.assignments.filter(withdrawn_at__isnull=True).update(withdrawn_at=at)
    helpers = [body for body in assisting if body != lead]
    Assignment.objects.bulk_create(
        Assignment(matter=matter, body=body, is_lead=body == lead, part=part, assigned_at=at)
        for body in (lead, *helpers)
    )


def release(case: Case, *, by: Actor, at: dt.datetime, **_given: Any) -> None:
    """End all parts: the matter begins anew, and nobody has it yet."""
    case.matter.assignments.filter(withdrawn_at__isnull=True).update(withdrawn_at=at)


def own_assignment(matter: Matter, by: Actor) -> Assignment:
    """Return the part that one of the actor's units has in the matter, the leading one first."""
    bodies = [post.body_id for post in by.posts if post.body_id]
    parts = matter.assignments.filter(withdrawn_at__isnull=True, body__in=bodies)
    return parts.order_by("-is_lead").select_related("body")[0]


def object_to(
    case: Case, *, by: Actor, at: dt.datetime, ground: str, explanation: str, **_cited: Any
) -> None:
    """Record the objection of the actor's unit; the step's own row keeps the duty it cites.

    After a ruling there is no return (Weifang hotline regulation art. 22): the row sees to it.
    """
    Objection.objects.create(
        matter=case.matter,
        body=own_assignment(case.matter, by).body,
        reason=ground,
        explanation=explanation,
        raised_by_id=by.known_person,
        raised_at=at,
    )


def rule_on(matter: Matter, *, by: Actor, at: dt.datetime, upheld: bool, ruling: str) -> Objection:
    """Record the ruling on the oldest open objection; return it. An upheld one ends the part."""
    objection = _next_objection(matter)
    if objection is None:
        raise Objection.DoesNotExist
    objection.upheld, objection.ruling = upheld, ruling
    objection.ruled_by_id, objection.ruled_at = by.person_id, at
    objection.save()
    if upheld:
        parts = matter.assignments.filter(body=objection.body, withdrawn_at__isnull=True)
        parts.update(withdrawn_at=at)
    return objection


def _next_objection(matter: Matter) -> Objection | None:
    """Return the oldest objection that waits for its ruling."""
    waiting = matter.objections.filter(ruled_at__isnull=True)
    return waiting.select_related("body").order_by("id").first()


def ask_extension(
    matter: Matter,
    *,
    by: Actor,
    at: dt.datetime,
    reason: str,
    until: dt.datetime,
    latest: dt.datetime,
) -> None:
    """Record that the lead asks for more time, until the end of a day.

    Raises:
        ExtensionTooLong: the rule allows less.
    """
    if until > latest:
        raise ExtensionTooLong(latest.date())
    Extension.objects.create(
        matter=matter, asked_by_id=by.known_person, asked_at=at, reason=reason, until=until
    )


def decide_extension(case: Case, *, by: Actor, at: dt.datetime, granted: bool) -> None:
    """Grant or refuse the time asked for; granted time holds for the lead and all helpers."""
    extension = Extension.objects.select_for_update().get(matter=case.matter)
    extension.granted, extension.decided_by_id, extension.decided_at = granted, by.person_id, at
    extension.save()
    if granted:
        case.matter.assignments.filter(withdrawn_at__isnull=True).update(due_at=extension.until)


def judge(case: Case, *, by: Actor, at: dt.datetime, **answers: Any) -> None:
    """Record the asker's own verdict."""
    Verdict.objects.create(matter=case.matter, by_id=by.person_id, at=at, **answers)


def finish_part(case: Case, *, by: Actor, at: dt.datetime, **_given: Any) -> None:
    """Note that the actor's unit has done its part."""
    part = own_assignment(case.matter, by)
    Assignment.objects.filter(pk=part.pk).update(finished_at=at)


def report_in(case: Case, *, by: Actor, at: dt.datetime, **_given: Any) -> None:
    """Note that the actor's unit has taken the matter on; a second time changes nothing."""
    part = own_assignment(case.matter, by)
    Assignment.objects.filter(pk=part.pk, reported_in_at__isnull=True).update(reported_in_at=at)
