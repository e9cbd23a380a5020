"""What each step of a redivision asks for."""

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from guapeng.apps.grids.models import Plan, Redivision, Version
from guapeng.kernel.matters.forms import StepForm


class VersionField(forms.ModelChoiceField):  # type: ignore[type-arg]  # not subscriptable when run
    """A saved version of a plan of the place."""

    def __init__(self, **kwargs: object) -> None:
        super().__init__(Version.objects.none(), **kwargs)  # type: ignore[arg-type]  # names

    def label_from_instance(self, obj: Version) -> str:
        """Say which plan and version it is."""
        return f"{obj.plan.name} · {_('第%(n)d版') % {'n': obj.number}} {obj.name}".strip()


class Submit(StepForm):
    """Which version, why, and from when on."""

    begins_with: ClassVar = ("version",)
    version = VersionField(label=_("方案版本"))
    reason = forms.CharField(
        label=_("调整理由"),
        help_text=_("如：新建小区入住，原第3网格超过500户"),
        max_length=500,
        widget=forms.Textarea,
    )
    effective_on = forms.DateField(label=_("自哪天起生效"))

    def __init__(self, *args: Any, plan: Plan | None = None, **kwargs: Any) -> None:
        """Take the plan, where the page knows it."""
        self.plan = plan
        super().__init__(*args, **kwargs)

    def narrow(self) -> None:
        """Offer the versions of the plan: the page's, or that of the matter."""
        field = self.fields["version"]
        assert isinstance(field, VersionField)
        offered = Version.objects.select_related("plan").order_by("-pk")
        if self.plan is not None:
            offered = offered.filter(plan=self.plan)
        elif self.matter is not None:
            plan = Redivision.objects.filter(pk=self.matter.pk).values("plan")
            offered = offered.filter(plan__in=plan)
        field.queryset = offered


class Review(StepForm):
    """Whether it goes on, and what is said of it."""

    asker_reads: ClassVar = ("opinion",)
    agreed = forms.TypedChoiceField(
        label=_("意见"),
        coerce=lambda value: value == "yes",
        choices=[("yes", _("同意")), ("no", _("退回修改"))],
    )
    opinion = forms.CharField(
        label=_("说明"), help_text=_("退回的要写明改什么"), max_length=500, required=False
    )

    def clean(self) -> dict[str, object]:
        """Want to know what is to be changed."""
        given = super().clean() or {}
        if given.get("agreed") is False and not given.get("opinion"):
            self.add_error("opinion", _("请写明要改什么"))
        return given
