"""What each step of a concern asks for."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from guapeng.apps.concerns.actions import visible
from guapeng.apps.concerns.models import Category, Concern
from guapeng.apps.concerns.suggesting import filled_in
from guapeng.kernel.files.forms import FilesField, PhotosField
from guapeng.kernel.matters.forms import CaseField, StepForm, UnitField, UnitsField
from guapeng.kernel.matters.models import Urgency
from guapeng.web import words


class CategoryField(forms.ModelChoiceField):  # type: ignore[type-arg]  # not subscriptable when run
    """A category, its headings set off from what stands under them."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(Category.objects.order_by("code"), **kwargs)

    def label_from_instance(self, obj: Category) -> str:
        """Name the category in the reader's language."""
        return f"{'　' if obj.parent_id else ''}{words.named(obj.name)}"


def opening_facts(category: Category | None) -> dict[str, Any]:
    """Return what the kernel knows at once of a concern of a category, or of none as yet."""
    if category is None:
        return {"title": gettext("待分类的诉求")}
    return {
        "title": category.name,
        "category": category.code,
        "urgency": Urgency(category.urgency),
        "visibility": visible(category),
    }


class Report(StepForm):
    """One sentence; everything else is found out for the reporter."""

    text = forms.CharField(
        label=_("说说是什么事"),
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    category = CategoryField(label=_("类别"), required=False)

    def opening_facts(self) -> dict[str, Any]:
        """Tell what the category makes of the concern."""
        return opening_facts(self.cleaned_data["category"])


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
    category = CategoryField(label=_("类别"))
    urgency = forms.TypedChoiceField(
        label=_("紧急程度"), coerce=lambda value: Urgency(int(value)), choices=Urgency.choices
    )
    lead = UnitField(label=_("牵头单位"))
    assisting = UnitsField(label=_("协办单位"), required=False)

    def narrow(self) -> None:
        """Begin with what the dispatch catalogue says, wherever the form is asked for."""
        if self.is_bound or self.initial or self.matter is None:
            return
        concern = Concern.objects.select_related("category").filter(pk=self.matter.pk).first()
        self.initial = filled_in(self.matter, concern and concern.category)


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

    begins_with = ("same_as",)
    same_as = CaseField(Concern, label=_("同一件事的先前编号"))

    def clean_same_as(self) -> Concern:
        """Return the concern that goes on, which is another one and has not been merged itself."""
        found: Concern = self.cleaned_data["same_as"]
        if self.matter and found.pk == self.matter.pk:
            raise forms.ValidationError(_("这就是这件诉求自己的编号"), code="itself")
        if found.same_as:
            raise forms.ValidationError(
                _("这件已并入 %(number)s，请填那个编号"),
                code="merged",
                params={"number": found.same_as.matter.number},
            )
        return found


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
