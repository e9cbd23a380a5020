"""What each step of a whistle asks for."""

from typing import ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from guapeng.apps.whistle.models import Service
from guapeng.kernel.files.forms import FilesField
from guapeng.kernel.matters.forms import StepForm, UnitField, UnitsField
from guapeng.kernel.matters.models import Urgency


class Draft(StepForm):
    """What is wrong, what was tried, and who is needed."""

    problem = forms.CharField(label=_("问题"), max_length=2000, widget=forms.Textarea)
    tried = forms.CharField(label=_("已经试过的办法"), max_length=1000)
    lead = UnitField(label=_("建议牵头单位"))
    assisting = UnitsField(label=_("协助单位"), required=False)
    urgency = forms.TypedChoiceField(
        label=_("哨声级别"), coerce=lambda value: Urgency(int(value)), choices=Urgency.choices
    )


class Review(StepForm):
    """Whether the town sends the call on."""

    sent = forms.TypedChoiceField(
        label=_("审核"),
        coerce=lambda value: value == "yes",
        choices=[("yes", _("同意吹哨")), ("no", _("不同意"))],
    )
    reason = forms.CharField(label=_("理由"), max_length=500, required=False)


class Plan(StepForm):
    """The joint plan and the date that all agree on."""

    plan = forms.CharField(label=_("联合处置方案"), max_length=2000, widget=forms.Textarea)
    until = forms.DateTimeField(label=_("商定完成时间"))


class Result(StepForm):
    """What came of it."""

    result = forms.CharField(
        label=_("应哨结果"),
        help_text=_("群众可见，不写姓名、电话、门牌"),
        max_length=2000,
        widget=forms.Textarea,
    )
    cause = forms.CharField(
        label=_("问题原因"),
        help_text=_("几个字，如“排水管网老化”；同样的原因归入问题清单"),
        max_length=60,
        required=False,
    )
    evidence = FilesField(label=_("照片或文件"))


class Rate(StepForm):
    """Solved or not, and why."""

    solved = forms.TypedChoiceField(
        label=_("问题解决了吗"),
        coerce=lambda value: value == "yes",
        choices=[("yes", _("解决了")), ("no", _("没有解决"))],
    )
    comment = forms.CharField(label=_("说明"), max_length=1000, required=False)


class Offer(forms.ModelForm):  # type: ignore[type-arg]  # not subscriptable when run
    """What a unit offers from now on, because a cause kept coming."""

    class Meta:
        model = Service
        fields = ("title", "how", "body")
        widgets: ClassVar = {"how": forms.Textarea(attrs={"rows": 3})}
