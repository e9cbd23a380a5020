"""What people give: how they want to be told, and a browser's subscription to web push."""

import base64
import binascii
import datetime as dt
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from guapeng.kernel.notices import channels
from guapeng.kernel.notices.channels import push
from guapeng.kernel.notices.models import Preference

_SECRET_BYTES = 16


class Choice(forms.Form):
    """The ways that are on, and the quiet hours."""

    ways = forms.MultipleChoiceField(
        label=gettext_lazy("除了在这里显示，还用这些方式告诉我"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    quiet = forms.BooleanField(label=gettext_lazy("夜间不打扰"), required=False)
    quiet_from = forms.TimeField(
        label=gettext_lazy("从"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    quiet_until = forms.TimeField(
        label=gettext_lazy("到"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )

    def __init__(self, data: QueryDict | None = None, *, preference: Preference) -> None:
        super().__init__(data, initial=_initial(preference))
        ways: Any = self.fields["ways"]
        ways.choices = [(key, one.label) for key, one in channels.ready().items()]
        if not self["quiet"].value():
            self.fields["quiet_from"].required = self.fields["quiet_until"].required = False

    def clean(self) -> dict[str, Any]:
        """Let equal ends not pass for all day: it would be read as never."""
        given = super().clean() or {}
        ends = {given.get("quiet_from"), given.get("quiet_until")}
        if given.get("quiet") and len(ends) == 1 and None not in ends:
            self.add_error("quiet_until", _("结束时间不能和开始时间相同"))
        return given

    @property
    def chosen(self) -> dict[str, Any]:
        """What ``actions.choose`` takes."""
        given = self.cleaned_data
        hours = (given["quiet_from"], given["quiet_until"]) if given["quiet"] else (dt.time(),) * 2
        return {
            "muted": set(channels.ready()) - set(given["ways"]),
            "quiet_from": hours[0],
            "quiet_until": hours[1],
        }


def _initial(preference: Preference) -> dict[str, Any]:
    return {
        "ways": [key for key in channels.ready() if key not in preference.muted],
        "quiet": preference.quiet_from != preference.quiet_until,
        "quiet_from": preference.quiet_from,
        "quiet_until": preference.quiet_until,
    }


class Device(forms.Form):
    """What a browser gives when it agrees to web push."""

    endpoint = forms.URLField(max_length=1000, assume_scheme="https", widget=forms.HiddenInput)
    p256dh = forms.CharField(max_length=100, widget=forms.HiddenInput)
    auth = forms.CharField(max_length=40, widget=forms.HiddenInput)

    def clean_endpoint(self) -> str:
        """Take addresses of known push services only; any other could lead inside."""
        endpoint: str = self.cleaned_data["endpoint"]
        if not push.is_known(endpoint, on=timezone.localdate()):
            raise ValidationError(_("这个浏览器的推送服务不在本系统的名单里，暂时不能用推送"))
        return endpoint

    def clean_p256dh(self) -> str:
        """Take a point of the curve only."""
        try:
            ec.EllipticCurvePublicKey.from_encoded_point(
                ec.SECP256R1(), _decoded(self.cleaned_data["p256dh"])
            )
        except ValueError:
            raise ValidationError(_("浏览器给的推送密钥不对，请再试一次")) from None
        return str(self.cleaned_data["p256dh"])

    def clean_auth(self) -> str:
        """Take a secret of the right length only."""
        if len(_decoded(self.cleaned_data["auth"])) != _SECRET_BYTES:
            raise ValidationError(_("浏览器给的推送密钥不对，请再试一次"))
        return str(self.cleaned_data["auth"])


def _decoded(text: str) -> bytes:
    try:
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (binascii.Error, ValueError):
        return b""
