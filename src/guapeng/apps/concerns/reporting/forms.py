"""The one screen on which a concern is told: nothing in it must be typed."""

import datetime as dt
import hashlib
import uuid
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from guapeng.apps.concerns.forms import Report
from guapeng.apps.concerns.models import Category
from guapeng.apps.concerns.reporting import places
from guapeng.kernel.divisions.models import Division, Level
from guapeng.kernel.files.forms import PhotosField
from guapeng.kernel.files.intake import Examined
from guapeng.kernel.people.actors import Actor
from guapeng.plain import identity
from guapeng.plain.geo import Position
from guapeng.plain.unfit import Unfit
from guapeng.web.forms import sharing_fields


def top_categories() -> list[Category]:
    """Return the headings of the table of events, for people to tap."""
    return list(Category.objects.filter(parent__isnull=True).order_by("code"))


class PlaceField(forms.Field):
    """A division of one storey by its id; the page lists those that can be chosen."""

    default_error_messages = forms.ModelChoiceField.default_error_messages

    def __init__(self, level: Level) -> None:
        """The storey names the field."""
        super().__init__(label=level.label, required=False)
        self.level = level

    def to_python(self, value: str | None) -> Division | None:
        """Return the division of today.

        Raises:
            ValidationError: there is none of that storey.
        """
        if value in self.empty_values:
            return None
        found = places.by_id(str(value), self.level, on=timezone.localdate())
        if found is None:
            raise ValidationError(self.error_messages["invalid_choice"], code="invalid_choice")
        return found


@sharing_fields
class ReportForm(forms.Form):
    """A photo, a sentence, or a category: one of them is enough."""

    uid = forms.UUIDField(required=False, widget=forms.HiddenInput({"data-id": True}))
    made = forms.UUIDField(required=False, widget=forms.HiddenInput)
    photos = PhotosField(label=gettext_lazy("拍照或选照片"))
    text = forms.CharField(
        label=gettext_lazy("一句话说说是什么事"),
        max_length=Report.base_fields["text"].max_length,  # type: ignore[attr-defined]
        required=False,
        widget=forms.Textarea({"rows": 3, "autocomplete": "off"}),
    )
    category = forms.ModelChoiceField(
        Category.objects.all(),
        label=gettext_lazy("哪一类"),
        required=False,
        to_field_name="code",
    )
    township = PlaceField(Level.TOWNSHIP)
    village = PlaceField(Level.VILLAGE)
    grid = PlaceField(Level.GRID)
    lon = forms.FloatField(required=False, widget=forms.HiddenInput)
    lat = forms.FloatField(required=False, widget=forms.HiddenInput)
    anonymous = forms.BooleanField(label=gettext_lazy("不留姓名"), required=False)
    phone = forms.CharField(
        label=gettext_lazy("联系电话"),
        help_text=gettext_lazy("加密保存，只用来就这件事回电话。"),
        max_length=30,
        required=False,
        widget=forms.TextInput({"type": "tel", "autocomplete": "tel"}),
    )

    def __init__(self, *args: Any, by: Actor, code: str = "", **kwargs: Any) -> None:
        """``code`` is that of the place on a poster; it fixes the place."""
        super().__init__(*args, **kwargs)
        self.by = by
        self.code = code
        self.where: places.Where | None = None
        del self.fields["phone" if by.person_id else "anonymous"]

    def clean_phone(self) -> str:
        """Return the number in its one form.

        Raises:
            ValidationError: it is no telephone number.
        """
        typed: str = self.cleaned_data["phone"]
        try:
            return identity.phone(typed) if typed else ""
        except Unfit as fault:
            raise _said(fault) from fault

    def clean(self) -> dict[str, Any]:
        """Ask for one of photo, sentence and category, a place, and a name where one is needed."""
        given = super().clean() or {}
        told = given.get("text", "").strip() or given.get("category") or given.get("photos")
        if not (told or "photos" in self.errors):
            self.add_error(None, _("还没有内容：拍一张照片、说一句话，或点一个类别，就可以提交。"))
        try:
            self.where = self._find(given, on=timezone.localdate())
        except Unfit as fault:
            self.add_error(None, _said(fault))
        self._ask_for_name(given)
        return given

    @property
    def is_unnamed(self) -> bool:
        """Whether nobody shall know who reports."""
        return self.by.person_id is None or self.cleaned_data["anonymous"]

    @property
    def given_photos(self) -> list[Examined]:
        """The photos of a valid form."""
        found: list[Examined] = self.cleaned_data["photos"]
        return found

    @property
    def given_phone(self) -> str:
        """The telephone number of a valid form, if a visitor left one."""
        return str(self.cleaned_data.get("phone", ""))

    @property
    def report_uid(self) -> uuid.UUID:
        """The client-made id; without scripts the one that came with the page."""
        given = self.cleaned_data
        return given["uid"] or given["made"] or uuid.uuid4()

    @property
    def other_uid(self) -> uuid.UUID:
        """The id for a report that is not the one which its page's id belongs to already.

        A page that the browser kept may be filled in twice; the second report must not be taken
        for a resend of the first, and a resend of the second must not make a third.
        """
        given = self.cleaned_data
        told = f"{given['text']}\n{given['category'] and given['category'].code}"
        digest = hashlib.sha256(told.encode()).hexdigest()
        return uuid.uuid5(self.report_uid, digest)

    def _find(self, given: dict[str, Any], *, on: dt.date) -> places.Where:
        named = given.get("grid") or given.get("village") or given.get("township")
        if self.code:
            named = places.by_code(self.code, on=on)
        lon, lat = given.get("lon"), given.get("lat")
        point = None if lon is None or lat is None else Position(lon, lat)
        return places.find(named, point, on=on)

    def _ask_for_name(self, given: dict[str, Any]) -> None:
        category = given.get("category")
        if category is None or category.allows_anonymous or self.errors:
            return
        if self.by.person_id is None:
            self.add_error("category", _("这一类需要实名，请先登录；写好的内容会留在这台设备上。"))
        elif given.get("anonymous"):
            self.add_error("anonymous", _("这一类需要实名，请去掉“不留姓名”。"))


def _said(fault: Unfit) -> ValidationError:
    return ValidationError(_(fault.wording), code=fault.code, params=fault.given)
