"""The filters of the statistics page."""

import datetime as dt
from typing import Any, Final

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from guapeng.kernel.matters import tables
from guapeng.kernel.matters.statistics.meanings import CategoryName, categories
from guapeng.kernel.matters.statistics.periods import CUSTOM, NAMED, Period

_MOST_DAYS: Final = 1100
_ALL: Final = ("", gettext_lazy("全部"))


class Filters(forms.Form):
    """Place, kind, category and period; everything has a default.

    ``cleaned_data["during"]`` is the period that was chosen, ``cleaned_data["codes"]`` the chosen
    category with those below it.
    """

    place = forms.IntegerField(required=False, widget=forms.HiddenInput)
    period = forms.ChoiceField(label=gettext_lazy("时间"), required=False)
    first = forms.DateField(
        label=gettext_lazy("从"), required=False, widget=forms.DateInput({"type": "date"})
    )
    last = forms.DateField(
        label=gettext_lazy("到"), required=False, widget=forms.DateInput({"type": "date"})
    )
    workflow = forms.ChoiceField(label=gettext_lazy("事项"), required=False)
    category = forms.ChoiceField(label=gettext_lazy("类别"), required=False)

    def __init__(self, data: Any, *, today: dt.date) -> None:
        super().__init__(data)
        self.today = today
        self.names = categories()
        self._choose(
            "period",
            [
                *((key, label) for key, (label, _) in NAMED.items()),
                (CUSTOM, gettext_lazy("自选起止")),
            ],
        )
        self._choose("workflow", [_ALL, *((one.key, one.label) for one in tables.workflows())])
        self._choose(
            "category", [_ALL, *((name.code, _indented(name)) for name in self.names.values())]
        )
        for field in self.fields.values():
            field.widget.attrs.setdefault("autocomplete", "off")

    def clean(self) -> dict[str, Any]:
        """Work out the period and the categories.

        Raises:
            ValidationError: a custom period without its days, backwards, or longer than 3 years.
        """
        given = super().clean() or {}
        given["codes"] = self._codes(given.get("category", ""))
        given["during"] = self._during(given)
        return given

    def _choose(self, name: str, choices: list[tuple[str, str | Promise]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    def _codes(self, chosen: str) -> tuple[str, ...]:
        return tuple(
            code for code, name in self.names.items() if chosen in {code, name.above} and chosen
        )

    def _during(self, given: dict[str, Any]) -> Period | None:
        key = given.get("period") or next(iter(NAMED))
        if key != CUSTOM:
            return NAMED[key][1](self.today)
        first, last = given.get("first"), given.get("last")
        if not first or not last:
            self.add_error("first" if not first else "last", _("请选择日期"))
            return None
        if last < first:
            self.add_error("last", _("结束日期早于开始日期"))
            return None
        if (last - first).days >= _MOST_DAYS:
            self.add_error("last", _("最长三年"))
            return None
        return Period(first, last)


def _indented(name: CategoryName) -> str:
    return f"　{name.name}" if name.above else name.name
