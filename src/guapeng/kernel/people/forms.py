"""What the pages of the people ask for."""

from typing import Any, Final

from django import forms
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from guapeng.kernel.divisions import queries as divisions
from guapeng.kernel.divisions.models import Division
from guapeng.kernel.people.bases import bases
from guapeng.kernel.people.models import Body, Field
from guapeng.kernel.people.roles import roles

_MOST_NAMED: Final = 5


class SignUp(forms.Form):
    """What a person who makes an account says beside log-in name and password."""

    name = forms.CharField(label=gettext_lazy("姓名"), max_length=100)

    def signup(self, _request: Any, _user: Any) -> None:
        """Nothing more to do: the adapter has entered the person."""


class ConsentForm(forms.Form):
    """One press: which use of which field, agreed or withdrawn."""

    purpose = forms.CharField(max_length=60)
    field = forms.TypedChoiceField(choices=Field.choices, coerce=Field)
    wish = forms.ChoiceField(choices=[("give", ""), ("withdraw", "")])


class PlaceField(forms.CharField):
    """A division by its code, or by words of its name that only it has."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=100, **kwargs)

    def clean(self, value: Any) -> Any:
        """Return the ``Division``, or None where nothing was typed.

        Raises:
            ValidationError: none or several are meant; names some of them.
        """
        text = super().clean(value)
        if not text:
            return None
        found = list(divisions.search(text, on=localdate())[: _MOST_NAMED + 1])
        exact = [division for division in found if text in (division.name, division.code)]
        meant = exact if len(exact) == 1 else found
        if len(meant) == 1:
            return meant[0]
        if not meant:
            raise forms.ValidationError(_("没有这个区划，请填写代码或名称"), code="unknown")
        raise forms.ValidationError(_several(meant), code="several")


class FindForm(forms.Form):
    """Whom somebody looks for. Sent by POST, so that no number stands in an address."""

    text = forms.CharField(
        label=gettext_lazy("手机号、身份证号码或姓名"),
        max_length=40,
        help_text=gettext_lazy("号码须完整；姓名可用汉字、拼音或首字母"),
        widget=forms.TextInput({"autocomplete": "off"}),
    )


class LookForm(forms.Form):
    """Why, by what law, and which fields: no look-up without them."""

    purpose = forms.CharField(
        label=gettext_lazy("目的（本人会看到）"),
        max_length=200,
        widget=forms.Textarea({"rows": 2}),
    )
    basis = forms.ChoiceField(label=gettext_lazy("依据"), widget=forms.RadioSelect)
    fields_wanted = forms.TypedMultipleChoiceField(
        label=gettext_lazy("要看的信息"), coerce=Field, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, may: list[Field], **kwargs: Any) -> None:
        """Offer the fields that the post opens, and the bases that cover any of them."""
        super().__init__(*args, **kwargs)
        known = [
            basis for basis in bases(on=localdate()) if basis.fields & set(may) and not basis.roles
        ]
        basis: Any = self.fields["basis"]
        wanted: Any = self.fields["fields_wanted"]
        basis.choices = [(b.key, f"{b.label}（{b.clause}）") for b in known]
        wanted.choices = [(field.value, field.label) for field in may]


class PostForm(forms.Form):
    """A post: role, place, unit, time."""

    role = forms.ChoiceField(label=gettext_lazy("岗位"))
    division = PlaceField(
        label=gettext_lazy("范围"), help_text=gettext_lazy("区划代码或名称，例如 第一网格")
    )
    body = forms.ModelChoiceField(
        Body.objects.filter(ended_on=None).order_by("kind", "name"),
        label=gettext_lazy("单位"),
        required=False,
        empty_label=gettext_lazy("不属单位"),
    )
    since = forms.DateField(
        label=gettext_lazy("开始"), widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )
    until = forms.DateField(
        label=gettext_lazy("最后一天"),
        required=False,
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Offer the roles of the matrix; a post begins today unless said otherwise."""
        super().__init__(*args, **kwargs)
        role: Any = self.fields["role"]
        role.choices = [(one.key, one.label) for one in roles().values()]
        self.fields["since"].initial = localdate

    def clean(self) -> dict[str, Any]:
        """Refuse a post that ends before it begins."""
        given = super().clean() or {}
        since, until = given.get("since"), given.get("until")
        if since and until and until < since:
            self.add_error("until", _("最后一天不能早于开始"))
        return given


class AccountForm(PostForm):
    """A new account: who, by which log-in name, with which first post."""

    field_order = ("name", "phone", "username", "role", "division", "body", "since", "until")
    name = forms.CharField(label=gettext_lazy("姓名"), max_length=100)
    phone = forms.CharField(
        label=gettext_lazy("手机号"),
        max_length=30,
        required=False,
        help_text=gettext_lazy("填写后可与已登记的本人对应，不会重复登记"),
    )
    username = forms.RegexField(
        r"^[A-Za-z][A-Za-z0-9_.-]{1,39}$",
        label=gettext_lazy("登录名"),
        help_text=gettext_lazy("2至40位字母、数字、点、横线，以字母开头"),
        error_messages={"invalid": gettext_lazy("登录名用2至40位字母、数字、点、横线，以字母开头")},
        widget=forms.TextInput({"autocomplete": "off", "autocapitalize": "none"}),
    )


def _several(meant: list[Division]) -> str:
    named = "、".join(f"{one.name}（{one.code}）" for one in meant[:_MOST_NAMED])
    return _("有多个，请填写代码：%(names)s") % {"names": named}
