"""What each step of a concern asks for."""

from django import forms
from django.utils.translation import gettext_lazy as _

from guapeng.apps.concerns.models import Category, Concern
from guapeng.kernel.files.forms import FilesField, PhotosField
from guapeng.kernel.matters.forms import CaseField, StepForm, UnitField, UnitsField
from guapeng.kernel.matters.models import Urgency


class Report(StepForm):
    """One sentence; everything else is found out for the reporter."""

    text = forms.CharField(
        label=_("说说是什么事"),
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    category = forms.ModelChoiceField(Category.objects.all(), label=_("类别"), required=False)


class TakeOver(StepForm):
    """What another system says of a case that it closed."""

    asker_reads = ("source", "source_number", "source_unit", "source_result")
    source = forms.CharField(label=_("来源"), required=False)
    source_number = forms.CharField(label=_("原编号"), required=False)
    source_unit = forms.CharField(label=_("承办单位"), required=False)
    source_result = forms.CharField(label=_("办理结果"), required=False)


class Dispatch(StepForm):
    """One lead, any helpers: 首接负责."""

    tells = ("lead",)
    category = forms.ModelChoiceField(Category.objects.all(), label=_("类别"))
    urgency = forms.TypedChoiceField(
        label=_("紧急程度"), coerce=lambda value: Urgency(int(value)), choices=Urgency.choices
    )
    lead = UnitField(label=_("牵头单位"))
    assisting = UnitsField(label=_("协办单位"), required=False)


class SendBack(StepForm):
    """Why a report is not accepted; the reporter reads it."""

    asker_reads = ("reason",)
    reason = forms.CharField(
        label=_("不受理的理由（群众可见）"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class Merge(StepForm):
    """Which earlier report is about the same thing."""

    same_as = CaseField(Concern, label=_("同一件事的先前编号"))


class HandOver(StepForm):
    """A petition matter goes to the petition office, against a receipt (R12)."""

    asker_reads = ("receipt",)
    receipt = forms.CharField(label=_("信访部门回执号"), max_length=60)


class Settle(StepForm):
    """Settled on the spot, in one line."""

    asker_reads = ("summary",)
    summary = forms.CharField(
        label=_("怎么解决的"), max_length=300, widget=forms.Textarea(attrs={"rows": 3})
    )
    photos = PhotosField()


class Contact(StepForm):
    """Whether the reporter was reached before anything is done."""

    reached = forms.TypedChoiceField(
        label=_("联系上了吗"),
        coerce=lambda value: value == "yes",
        choices=[("yes", _("已联系上")), ("no", _("没联系上"))],
    )
    note = forms.CharField(label=_("备注"), max_length=500, required=False)


class Result(StepForm):
    """What was done, or why it cannot be done now. No attachment is ever required."""

    asker_reads = ("result",)
    result = forms.CharField(
        label=_("办理结果（群众可见）"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4})
    )
    summary = forms.CharField(
        label=_("公开摘要"), help_text=_("不写姓名、电话、门牌"), max_length=300
    )
    cause = forms.CharField(label=_("原因"), max_length=100, required=False)
    evidence = FilesField(label=_("照片或文件"))


class Verify(StepForm):
    """What somebody other than the handler found."""

    holds = forms.TypedChoiceField(
        label=_("核查"),
        coerce=lambda value: value == "yes",
        choices=[("yes", _("属实，已办好")), ("no", _("没有办好，退回"))],
    )
    found = forms.CharField(label=_("核查情况"), max_length=1000, required=False)
    photos = PhotosField()


class Conclude(StepForm):
    """What becomes of a problem ticket: once more, or closed with an explanation."""

    asker_reads = ("again", "explanation")
    again = forms.TypedChoiceField(
        label=_("处理"),
        coerce=lambda value: value == "yes",
        choices=[("yes", _("再办一次")), ("no", _("说明理由后结案"))],
    )
    explanation = forms.CharField(label=_("说明（群众可见）"), max_length=1000)
