"""What each step of a request asks for."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from django import forms
from django.utils import timezone
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from guapeng.apps.rights.models import DataRequest
from guapeng.apps.rights.rules import grounds, kept
from guapeng.kernel.matters.forms import StepForm
from guapeng.kernel.people.bases import bases
from guapeng.kernel.people.forms import PlaceField
from guapeng.kernel.people.models import Field
from guapeng.plain import identity
from guapeng.plain.masking import mask_id_number, mask_name, mask_phone
from guapeng.plain.names import normal_name
from guapeng.plain.unfit import Unfit

Kind = DataRequest.Kind
_MASK: Final[dict[Field, Callable[[str], str]]] = {
    Field.NAME: mask_name,
    Field.PHONE: mask_phone,
    Field.IDENTITY: mask_id_number,
    Field.HOME: str,
}


@dataclass(frozen=True)
class Wanted:
    """What should stand in a field. Written down anywhere, it is masked: its text is the mask."""

    field: Field
    value: str

    def __str__(self) -> str:
        return _MASK[self.field](self.value)


class Ask(StepForm):
    """What the person wishes; what it needs depends on the kind."""

    kind = forms.ChoiceField(label=gettext_lazy("请求"), choices=Kind.choices)
    wanted_fields = forms.TypedMultipleChoiceField(
        label=gettext_lazy("哪些信息"),
        choices=Field.choices,
        coerce=Field,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    wanted = forms.CharField(
        label=gettext_lazy("正确的内容"),
        max_length=100,
        required=False,
        help_text=gettext_lazy("更正时填写。加密保存，答复后清除"),
    )
    purpose = forms.ChoiceField(label=gettext_lazy("撤回哪项同意"), required=False)
    reason = forms.CharField(
        label=gettext_lazy("说明"),
        max_length=1000,
        required=False,
        widget=forms.Textarea({"rows": 3}),
    )

    def narrow(self) -> None:
        """Offer the uses that rest on consent."""
        known = [basis for basis in bases(on=localdate()) if basis.by_consent]
        field: Any = self.fields["purpose"]
        field.choices = [("", _("不适用")), *((basis.key, basis.label) for basis in known)]

    def settle(self, kind: str) -> None:
        """Ask only for what ``kind`` needs, because the person came for it."""
        self.fields["kind"].widget = forms.HiddenInput()
        self.initial["kind"] = kind
        useless = {
            Kind.WITHDRAW: {"wanted"},
            Kind.CORRECT: {"purpose"},
            Kind.DELETE: {"wanted", "purpose"},
        }
        for name in useless.get(Kind(kind), {"wanted", "purpose", "wanted_fields"}):
            del self.fields[name]
        for name in {"wanted_fields", "wanted", "purpose"} & self.fields.keys():
            self.fields[name].required = True

    def clean(self) -> dict[str, Any]:
        """Want what the kind needs, and nothing that it does not."""
        given = super().clean() or {}
        kind, fields = given.get("kind"), given.get("wanted_fields") or []
        if kind in (Kind.DELETE, Kind.WITHDRAW) and not fields:
            self.add_error("wanted_fields", _("请选择哪些信息"))
        if kind == Kind.WITHDRAW and not given.get("purpose"):
            self.add_error("purpose", _("请选择撤回哪项同意"))
        if kind == Kind.CORRECT:
            given["wanted"] = self._wanted(fields, given.get("wanted", ""))
        else:
            given["wanted"] = None
        return given

    def _wanted(self, fields: list[Field], text: str) -> Wanted | None:
        if len(fields) != 1:
            self.add_error("wanted_fields", _("一次更正一项，请只选一项"))
        elif not text:
            self.add_error("wanted", _("请填写正确的内容"))
        else:
            try:
                return Wanted(fields[0], _normal(fields[0], text))
            except Unfit as fault:
                self.add_error("wanted", str(fault))
        return None


class Confirm(StepForm):
    """Whether whoever asked by telephone or at the counter is the person."""

    is_person = forms.TypedChoiceField(
        label=gettext_lazy("核对结果"),
        coerce=lambda value: value == "yes",
        choices=[
            ("yes", gettext_lazy("是本人或有权代理的人")),
            ("no", gettext_lazy("不是，或无法核对")),
        ],
    )
    how = forms.CharField(
        label=gettext_lazy("怎样核对的"),
        max_length=300,
        help_text=gettext_lazy("例如：回拨登记的电话、查看身份证件。不写号码"),
    )


class Answer(StepForm):
    """Done, or not and why: the person reads both, with the clause."""

    asker_reads = ("granted", "answer")
    granted = forms.TypedChoiceField(
        label=gettext_lazy("答复"),
        coerce=lambda value: value == "yes",
        choices=[("yes", gettext_lazy("办理")), ("no", gettext_lazy("不办理，说明理由"))],
    )
    home = PlaceField(
        label=gettext_lazy("居住地所在区划"),
        required=False,
        help_text=gettext_lazy("区划代码或名称"),
    )
    ground = forms.ChoiceField(label=gettext_lazy("应当保留的依据"), required=False)
    answer = forms.CharField(
        label=gettext_lazy("答复内容（本人会看到）"),
        max_length=1000,
        widget=forms.Textarea({"rows": 4}),
    )

    def narrow(self) -> None:
        """Ask for a home where one is corrected, and for a ground where something is deleted."""
        self.case = DataRequest.objects.filter(pk=self.matter.pk).first() if self.matter else None
        field: Any = self.fields["ground"]
        known = [(one.key, f"{one.label}（{one.clause}）") for one in grounds(on=localdate())]
        field.choices = [("", _("没有")), *known]
        if self.case is None:
            return
        if not _corrects_home(self.case):
            del self.fields["home"]
        if self.case.kind != Kind.DELETE:
            del self.fields["ground"]

    def clean(self) -> dict[str, Any]:
        """Refuse to delete what must be kept, to keep without a ground, and a home from nowhere."""
        given = super().clean() or {}
        granted = given.get("granted")
        if granted and "home" in self.fields and self.case and not given.get("home"):
            self.add_error("home", _("请填写居住地所在区划"))
        if self.case is None or self.case.kind != Kind.DELETE or granted is None:
            return given
        if granted:
            self._require_free(self.case, at=timezone.now())
        elif not given.get("ground"):
            self.add_error("ground", _("不删除的，须选择依据"))
        return given

    def _require_free(self, case: DataRequest, *, at: dt.datetime) -> None:
        for ground in kept(case.person, at=at, request=case.matter):
            if ground.fields & set(case.fields):
                self.add_error(
                    "granted",
                    _("现在不能删除：%(why)s（%(clause)s）")
                    % {"why": ground.label, "clause": ground.clause},
                )


class Counter(forms.Form):
    """Who stands at the counter or is on the telephone: found by a whole number, never listed."""

    number = forms.CharField(
        label=gettext_lazy("本人的手机号或身份证号码"),
        max_length=40,
        help_text=gettext_lazy("须完整；只用来对应本人，不显示登记的内容"),
        widget=forms.TextInput({"autocomplete": "off"}),
    )
    channel = forms.ChoiceField(
        label=gettext_lazy("来源"),
        choices=[("counter", gettext_lazy("窗口")), ("phone", gettext_lazy("电话"))],
        widget=forms.RadioSelect,
    )


def _normal(field: Field, text: str) -> str:
    """Return what was typed in the one form that is kept.

    Raises:
        Unfit: it cannot be a number.
    """
    if field == Field.PHONE:
        return identity.phone(text)
    if field == Field.IDENTITY:
        return identity.resident_id(text, on=localdate())
    return normal_name(text) if field == Field.NAME else text.strip()


def _corrects_home(case: DataRequest) -> bool:
    return case.kind == Kind.CORRECT and case.fields == [Field.HOME]
