"""Signing in: passwords, second factors, passkeys, and who else may vouch for somebody.

``GUAPENG_OIDC_URL``, ``_ID``, ``_SECRET``, ``_NAME``: the county's own sign-in (OpenID Connect).
``GUAPENG_WECHAT_ID``, ``_SECRET``: WeChat. Each is offered only where it is given.
What changes with law or policy is a rule (``kernel/people/rules.toml``), not a setting.
"""

import os
from typing import Any, Final
from urllib.parse import urlsplit

from django.utils.translation import gettext_lazy as _

from guapeng.config.environment import whole_number

_HOUR: Final = 3600
_OIDC = os.environ.get("GUAPENG_OIDC_URL", "")
_WECHAT = os.environ.get("GUAPENG_WECHAT_ID", "")


def _oidc() -> dict[str, Any]:
    return {
        "provider_id": "oidc",
        "name": os.environ.get("GUAPENG_OIDC_NAME") or _("统一身份认证"),
        "client_id": os.environ.get("GUAPENG_OIDC_ID", ""),
        "secret": os.environ.get("GUAPENG_OIDC_SECRET", ""),
        "settings": {"server_url": _OIDC},
    }


def _wechat() -> dict[str, Any]:
    return {"client_id": _WECHAT, "secret": os.environ.get("GUAPENG_WECHAT_SECRET", "")}


ACCOUNT_ADAPTER = "guapeng.kernel.people.signing.AccountAdapter"
ACCOUNT_FORMS = {"login": "guapeng.kernel.people.sign_in_forms.LoginForm"}
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_SIGNUP_FORM_CLASS = "guapeng.kernel.people.forms.SignUp"
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGIN_ON_PASSWORD_RESET = True
ACCOUNT_USERNAME_MIN_LENGTH = 2
# By address, against a flood from one place. The lock of one account is the rule
# people.sign_in_lock, counted in the database: this here is counted by each process for itself.
ACCOUNT_RATE_LIMITS = {"login": "60/m/ip", "login_failed": "30/m/ip"}
# How many proxies stand before us and note whom they speak for; wrong, and all are one address.
ALLAUTH_TRUSTED_PROXY_COUNT = whole_number("GUAPENG_PROXIES", 0)
PASSWORD_RESET_TIMEOUT = 72 * _HOUR  # an invitation, too

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "guapeng.kernel.people.passwords.ByRule"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

MFA_ADAPTER = "guapeng.kernel.people.signing.FactorAdapter"
MFA_FORMS = {
    "add_webauthn": "guapeng.kernel.people.sign_in_forms.AddKeyForm",
    "edit_webauthn": "guapeng.kernel.people.sign_in_forms.EditKeyForm",
}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "瓜棚"
# Browsers allow passkeys on http://localhost alone; elsewhere they ask for HTTPS themselves.
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = os.environ.get("GUAPENG_HTTPS") != "on"

SOCIALACCOUNT_ADAPTER = "guapeng.kernel.people.signing.SocialAdapter"
SOCIALACCOUNT_PROVIDERS = {
    **({"openid_connect": {"APPS": [_oidc()]}} if _OIDC else {}),
    **({"weixin": {"APPS": [_wechat()]}} if _WECHAT else {}),
}
# A form that leads on to another sign-in must be allowed to arrive there.
SIGN_IN_ORIGINS = [
    *(["{0.scheme}://{0.netloc}".format(urlsplit(_OIDC))] if _OIDC else []),
    *(["https://open.weixin.qq.com"] if _WECHAT else []),
]
