"""What the pages of the ledger ask for."""

from typing import Any, Final

from django import forms
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from guapeng.apps.grids.ledger.dictionary import Group
from guapeng.apps.grids.models import Source
from guapeng.kernel.people.models import Household

_SOURCES: Final = [(one.value, one.label) for one in (Source.VISIT, Source.RESIDENT, Source.OTHER)]


def _day(label: Any, **more: Any) -> forms.DateField:
    widget = forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, widget=widget, **more)


class Writing(forms.Form):
    """What every change says: its own id, the version that was seen, and where it comes from."""

    uid = forms.UUIDField(widget=forms.HiddenInput)
    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput, required=False)
    source = forms.TypedChoiceField(
        label=gettext_lazy("来源"),
        choices=_SOURCES,
        coerce=Source,
        initial=Source.VISIT,
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, own: bool = False, **kwargs: Any) -> None:
        """Ask for the source, unless the household itself writes (``own``)."""
        super().__init__(*args, **kwargs)
        self.own = own
        if own:
            del self.fields["source"]

    @property
    def source_given(self) -> Source:
        """Where a valid form says it comes from."""
        return Source.RESIDENT if self.own else Source(self.cleaned_data["source"])


class HouseholdForm(Writing):
    """The fields of a household."""

    address = forms.CharField(
        label=gettext_lazy("住址"),
        max_length=200,
        help_text=gettext_lazy("网格内的门牌，如3号楼2单元501、2组17号"),
        widget=forms.TextInput({"autocomplete": "off"}),
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("户别"), choices=Household.Kind.choices, widget=forms.RadioSelect
    )
    members = forms.IntegerField(
        label=gettext_lazy("人数"),
        min_value=1,
        max_value=99,
        required=False,
        help_text=gettext_lazy("同住几人；不清楚的留空"),
        widget=forms.NumberInput({"inputmode": "numeric"}),
    )
    since = _day(gettext_lazy("入住日期"), initial=localdate)
    field_order = ("address", "kind", "members", "since", "source")

    def clean_since(self) -> Any:
        """Refuse a day to come."""
        return _not_ahead(self.cleaned_data["since"])


class LastDay(Writing):
    """The last day of a household, a member or an entry."""

    last = _day(gettext_lazy("最后一天"), initial=localdate)
    field_order = ("last", "source")

    def clean_last(self) -> Any:
        """Refuse a day to come."""
        return _not_ahead(self.cleaned_data["last"])


class MemberForm(Writing):
    """Who lives there: a name, and a telephone by which a person is known again."""

    name = forms.CharField(label=gettext_lazy("姓名"), max_length=100)
    phone = forms.CharField(
        label=gettext_lazy("手机号"),
        max_length=30,
        required=False,
        help_text=gettext_lazy("填写后可与已登记的本人对应，不会重复登记"),
        widget=forms.TextInput({"inputmode": "tel", "autocomplete": "off"}),
    )
    since = _day(gettext_lazy("入住日期"), initial=localdate)
    field_order = ("name", "phone", "since", "source")

    def clean_since(self) -> Any:
        """Refuse a day to come."""
        return _not_ahead(self.cleaned_data["since"])


class CareForm(Writing):
    """A care group that the law or the household's own wish lets be entered."""

    group = forms.ChoiceField(label=gettext_lazy("关爱对象"), widget=forms.RadioSelect)
    since = _day(gettext_lazy("开始日期"), initial=localdate)
    field_order = ("group", "since", "source")

    def __init__(self, *args: Any, groups: list[Group], **kwargs: Any) -> None:
        """Offer the groups of today with the law that each stands on."""
        super().__init__(*args, **kwargs)
        field: Any = self.fields["group"]
        field.choices = [(one.key, f"{one.label}（{one.clause}）") for one in groups]

    def clean_since(self) -> Any:
        """Refuse a day to come."""
        return _not_ahead(self.cleaned_data["since"])


class CarePurpose(forms.Form):
    """Why somebody opens care entries; the household reads it."""

    purpose = forms.CharField(
        label=gettext_lazy("目的（住户会看到）"),
        max_length=200,
        widget=forms.Textarea({"rows": 2}),
    )


def _not_ahead(day: Any) -> Any:
    if day > localdate():
        raise forms.ValidationError(_("日期不能在今天之后"), code="ahead")
    return day
