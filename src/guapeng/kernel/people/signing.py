"""How signing in differs from what allauth does by itself: its three adapters, and the lock.

The lock of a log-in name is counted in the database, so that it holds for all processes together
and over a restart; the rule ``people.sign_in_lock`` gives its numbers.
"""

import base64
import datetime as dt
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.http import HttpRequest
from django.utils import timezone
from django.utils.timezone import localdate

from guapeng.kernel.people.actions import enrol
from guapeng.kernel.people.actors import actor_of
from guapeng.kernel.people.models import Account, FailedSignIn
from guapeng.kernel.people.sealed import fingerprint, seal, unseal
from guapeng.kernel.people.second_factor import must_have
from guapeng.kernel.rules import queries as rules


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth is untyped
    """Sign-up by rule, and the lock."""

    def is_open_for_signup(self, _request: HttpRequest) -> bool:
        """Tell whether people may make their own accounts: the rule ``people.sign_up``."""
        return bool(rules.value("people.sign_up", on=localdate())["open"])

    def save_user(self, request: HttpRequest, user: Any, form: Any, commit: bool = True) -> Any:  # noqa: FBT001, FBT002  # allauth calls it so
        """Enter the person whose account it is, by the name that was typed."""
        user.person = enrol(at=timezone.now(), name=form.cleaned_data["name"])
        return super().save_user(request, user, form, commit)

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Refuse before the password is looked at while the name is locked."""
        super().pre_authenticate(request, **credentials)
        if is_locked(credentials.get("username", ""), at=timezone.now()):
            raise self.validation_error("too_many_login_attempts")

    def authentication_failed(self, _request: HttpRequest, **credentials: Any) -> None:
        """Count."""
        count_failure(credentials.get("username", ""), at=timezone.now())

    def can_delete_email(self, _email_address: Any) -> bool:
        """An account needs no address."""
        return True


class SocialAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]  # as above
    """WeChat and the like open accounts that exist; they make none."""

    def is_open_for_signup(self, _request: HttpRequest, _sociallogin: Any) -> bool:
        """Return False: first sign in with the account, then connect it."""
        return False


class FactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # as above
    """Secrets of second factors are sealed, and who must have one keeps the last."""

    def encrypt(self, text: str) -> str:
        """Seal a secret for the database."""
        return base64.b64encode(seal(text)).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Return what ``encrypt`` sealed."""
        return unseal(base64.b64decode(encrypted_text))

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Refuse to take the last factor away from those whom the rule asks for one."""
        account = authenticator.user
        others = Authenticator.objects.filter(user=account).exclude(pk=authenticator.pk)
        if others.exclude(type=Authenticator.Type.RECOVERY_CODES).exists():
            return True
        return not must_have(actor_of(account, on=localdate()))


def is_locked(username: str, *, at: dt.datetime) -> bool:
    """Tell whether a name had its fill of wrong passwords within the rule's minutes."""
    rule = rules.value("people.sign_in_lock", on=localdate(at))
    since = at - dt.timedelta(minutes=rule["minutes"])
    failed = FailedSignIn.objects.filter(name_hash=_mark(username), at__gt=since)
    return bool(failed.count() >= rule["failures"])


def count_failure(username: str, *, at: dt.datetime) -> None:
    """Note a wrong password, and forget those that no longer count."""
    rule = rules.value("people.sign_in_lock", on=localdate(at))
    FailedSignIn.objects.filter(at__lte=at - dt.timedelta(minutes=rule["minutes"])).delete()
    FailedSignIn.objects.create(name_hash=_mark(username), at=at)


def forget_failures(account: Account) -> None:
    """Begin anew after a password that was right."""
    FailedSignIn.objects.filter(name_hash=_mark(account.username)).delete()


def _mark(username: str) -> bytes:
    return fingerprint(f"sign-in {username.strip().lower()}")
