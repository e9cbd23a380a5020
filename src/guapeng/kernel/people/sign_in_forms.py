"""allauth's forms in our words."""

from typing import Any

from allauth.account import forms as account
from allauth.mfa.webauthn import forms as webauthn
from django.utils.translation import gettext as _


class LoginForm(account.LoginForm):  # type: ignore[misc]  # allauth is untyped
    """Log-in name and password; where to turn to without one is said below the form."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Word the fields."""
        super().__init__(*args, **kwargs)
        self.fields["login"].label = _("登录名")
        self.fields["login"].widget.attrs |= {"placeholder": "", "autocapitalize": "none"}
        self.fields["password"].help_text = ""
        self.fields["password"].widget.attrs["placeholder"] = ""
        self.fields["remember"].label = _("在这台设备上保持登录，公用的不要选")


class AddKeyForm(webauthn.AddWebAuthnForm):  # type: ignore[misc]  # as above
    """A name for the key, and whether it is enough by itself."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Word the fields."""
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("名称")
        self.fields["passwordless"].label = _("可以免密码登录")
        self.fields["passwordless"].help_text = _("设备须有锁屏密码或指纹")
        self.fields["passwordless"].initial = True


class EditKeyForm(webauthn.EditWebAuthnForm):  # type: ignore[misc]  # as above
    """Another name."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Word the field."""
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("名称")
