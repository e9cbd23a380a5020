"""What the pages of staffing ask for."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy


def _day(label: Any, **more: Any) -> forms.DateField:
    widget = forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, widget=widget, **more)


People = Sequence[tuple[int, str]]
"""Ids of persons, each with what to call them."""


def _who(label: Any, **more: Any) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(label=label, coerce=int, empty_value=None, **more)


class DeputyForm(forms.Form):
    """Who stands in for the grid's worker, from when on."""

    person = _who(gettext_lazy("替岗人"))
    since = _day(gettext_lazy("从哪天起"), initial=localdate)
    until = _day(gettext_lazy("最后一天"), required=False)

    def __init__(self, *args: Any, colleagues: People, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self, "person", colleagues)


class LeaveForm(forms.Form):
    """Which days the worker is away, and who stands in. Why is not asked."""

    worker = _who(gettext_lazy("网格员"))
    first = _day(gettext_lazy("第一天"), initial=localdate)
    last = _day(gettext_lazy("最后一天"), initial=localdate)
    deputy = _who(gettext_lazy("替岗人"), required=False)

    def __init__(self, *args: Any, workers: People, colleagues: People, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self, "worker", workers)
        _offer(self, "deputy", [("", _("还没有找到")), *colleagues])

    def clean(self) -> dict[str, Any]:
        """Refuse a leave that ends before it begins."""
        given = super().clean() or {}
        first, last = given.get("first"), given.get("last")
        if first and last and last < first:
            self.add_error("last", _("最后一天不能早于第一天"))
        return given


class HandOverForm(forms.Form):
    """Who gives the grid to whom."""

    giver = _who(gettext_lazy("交出人"))
    taker = _who(gettext_lazy("接手人"))

    def __init__(self, *args: Any, givers: People, takers: People, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self, "giver", givers)
        _offer(self, "taker", sorted(takers, key=lambda one: one in givers[:1]))  # who gives, last


def _service_line(label: Any, help_text: Any) -> forms.RegexField:
    return forms.RegexField(
        r"^[0-9][0-9 ()转－-]{2,29}$",
        label=label,
        required=False,
        help_text=help_text,
        error_messages={"invalid": gettext_lazy("电话只用数字、空格和横线")},
        widget=forms.TextInput({"inputmode": "tel"}),
    )


class PhonesForm(forms.Form):
    """The telephones on the sign."""

    service_phone = _service_line(
        gettext_lazy("服务电话"), gettext_lazy("值班电话；留空就用村委会（居委会）的电话")
    )
    complaint_phone = _service_line(
        gettext_lazy("监督电话"), gettext_lazy("不是网格员自己的；留空就用苏木乡镇的电话")
    )


def _offer(form: forms.Form, name: str, people: Sequence[tuple[int | str, str]]) -> None:
    field: Any = form.fields[name]
    field.choices = people
