"""Accounts and posts: made, given and ended by whoever keeps the system running.

Such a keeper lets others in and sees nothing of what they do. Nobody gives a post to themself, and
the three administrators are three people (GB/T 22239-2019): the journal says who let whom in.
"""

import datetime as dt
from typing import Final

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from guapeng.kernel.divisions.models import Division, Level
from guapeng.kernel.journal import actions as journal
from guapeng.kernel.people.actors import Actor, HeldPost
from guapeng.kernel.people.errors import (
    HasAccount,
    HeldAlready,
    LoginTaken,
    NoColleague,
    NotYourAccounts,
    OwnAccount,
    SeparatedRoles,
)
from guapeng.kernel.people.models import Account, Body, Person, Post
from guapeng.kernel.people.roles import roles

ADMINISTRATORS: Final = frozenset({"audit_admin", "security_admin", "system_admin"})
_ARCHIVE: Final = frozenset({"archive_requester", "archive_clerk", "archive_approver"})


@transaction.atomic
def open_account(person: Person, *, by: Actor, at: dt.datetime, username: str) -> Account:
    """Open an account for ``person``, without a password: the person chooses it by the invitation.

    Raises:
        NotYourAccounts: ``by`` does not keep accounts.
        LoginTaken: somebody else signs in by that name.
        HasAccount: the person has one.
    """
    _require_keeper(by)
    if Account.objects.filter(username__iexact=username).exists():
        raise LoginTaken
    if Account.objects.filter(person=person).exists():
        raise HasAccount
    account = Account(username=username, person=person, created_at=at)
    account.set_unusable_password()
    account.save()
    _tell("people.open_account", _("开立账号"), person, by=by, at=at)
    return account


@transaction.atomic
def renew_sign_in(account: Account, *, by: Actor, at: dt.datetime) -> str:
    """Invite the person to choose a password; return the end of the invitation's address.

    Until then nobody signs in: the old password, second factors and sessions are gone. Whoever
    has the address can choose the password, once, for as long as ``PASSWORD_RESET_TIMEOUT``; so it
    is shown once and never kept.

    Raises:
        NotYourAccounts, OwnAccount: ``by`` does not keep this account.
    """
    _require_other(by, account.person)
    account.is_active = True
    end_sign_in(account)
    _tell("people.renew_sign_in", _("重置登录方式，发出邀请"), account.person, by=by, at=at)
    return f"{user_pk_to_url_str(account)}-{default_token_generator.make_token(account)}"


@transaction.atomic
def close_account(account: Account, *, by: Actor, at: dt.datetime) -> Account:
    """Let nobody sign in by ``account`` until its sign-in is renewed; what was done stays.

    Raises:
        NotYourAccounts, OwnAccount: ``by`` does not keep this account.
    """
    _require_other(by, account.person)
    account.is_active = False
    end_sign_in(account)
    _tell("people.close_account", _("停用账号"), account.person, by=by, at=at)
    return account


@transaction.atomic
def give_post(
    person: Person,
    *,
    by: Actor,
    at: dt.datetime,
    role: str,
    division: Division,
    body: Body | None = None,
    since: dt.date,
    until: dt.date | None = None,
) -> Post:
    """Let ``person`` hold ``role`` for a place and perhaps a unit; ``until`` is the last day.

    Raises:
        NotYourAccounts: ``by`` keeps no accounts in that place.
        OwnAccount: ``by`` is the person.
        SeparatedRoles: the person holds a post that excludes this one.
        HeldAlready: the person holds this very post in that time.
    """
    _require_other(by, person, division)
    valid = DateRange(since, until + dt.timedelta(days=1) if until else None)
    post = _held(Post(person=person, role=role, division=division, body=body, valid=valid))
    says = _("任职：%(post)s") % {"post": _title(post)}
    _tell("people.give_post", says, person, by=by, at=at, post=post)
    return post


@transaction.atomic
def stand_in(
    person: Person,
    *,
    by: Actor,
    at: dt.datetime,
    role: str,
    division: Division,
    since: dt.date,
    until: dt.date,
) -> Post:
    """Let a colleague hold ``role`` of a place while its holder is away; ``until`` is the last day.

    Whoever holds the post, or approves what is done there, may let somebody stand in: somebody who
    works with cases of the same village or above it already, and never themself.

    Raises:
        NotYourAccounts: ``by`` neither holds the post nor answers for the place.
        OwnAccount: ``by`` is the person.
        NoColleague: the person holds no post there.
        HeldAlready: the person holds this very post in that time.
    """
    if not any(_answers(post, role, division) for post in by.posts):
        raise NotYourAccounts
    if by.person_id == person.pk:
        raise OwnAccount
    if not is_colleague(person, division, on=since):
        raise NoColleague
    valid = DateRange(since, until + dt.timedelta(days=1))
    post = _held(Post(person=person, role=role, division=division, valid=valid))
    says = _("替岗：%(post)s") % {"post": _title(post)}
    _tell("people.stand_in", says, person, by=by, at=at, post=post)
    return post


@transaction.atomic
def end_stand_in(post: Post, *, by: Actor, at: dt.datetime, last: dt.date | None) -> None:
    """End a post that ``stand_in`` gave, ``last`` its last day; None takes it back altogether.

    Raises:
        NotYourAccounts: as ``stand_in``.
    """
    if not any(_answers(held, post.role, post.division) for held in by.posts):
        raise NotYourAccounts
    says, person, number = _("结束替岗：%(post)s") % {"post": _title(post)}, post.person, post.pk
    if last is None:
        post.delete()
    else:
        post.valid = DateRange(post.valid.lower, last + dt.timedelta(days=1))
        post.save(update_fields=["valid"])
    post.pk = number
    _tell("people.end_stand_in", says, person, by=by, at=at, post=post)


def is_colleague(person: Person, division: Division, *, on: dt.date) -> bool:
    """Tell whether ``person`` works with cases of a place that shares a village with ``division``.

    That is a post in the division above it, anywhere below that, or further up to the township.
    """
    held = person.posts.filter(valid__contains=on).select_related("division")
    return any(
        "w" in roles()[post.role].cells["case_text"]
        and roles()[post.role].sees_area("case_text")
        and _near(post.division, division)
        for post in held
    )


@transaction.atomic
def end_post(post: Post, *, by: Actor, at: dt.datetime) -> None:
    """End a post at once; one that began today or later is taken back altogether.

    Raises:
        NotYourAccounts, OwnAccount: ``by`` keeps no accounts in that place, or it is their own.
    """
    _require_other(by, post.person, post.division)
    today = localdate(at)
    told = {"post": _title(post)}
    number = post.pk
    if post.valid.lower is not None and post.valid.lower >= today:
        post.delete()
    else:
        post.valid = DateRange(post.valid.lower, today)
        post.save(update_fields=["valid"])
    post.pk = number
    _tell("people.end_post", _("免职：%(post)s") % told, post.person, by=by, at=at, post=post)


def end_sign_in(account: Account) -> None:
    """Take password, second factors and sessions away, and keep ``is_active`` as it was set."""
    account.set_unusable_password()
    account.save(update_fields=["password", "is_active"])
    Authenticator.objects.filter(user=account).delete()
    for session in UserSession.objects.filter(user=account):
        session.end()


def _held(post: Post) -> Post:
    """Save a post that its person may hold beside the others.

    Raises:
        SeparatedRoles, HeldAlready: as ``give_post``.
    """
    Person.objects.select_for_update().get(
        pk=post.person_id
    )  # two given at once would not see each other
    _require_apart(post.person, post.role, post.valid)
    try:
        with transaction.atomic():
            post.save(force_insert=True)
    except IntegrityError as error:
        raise HeldAlready from error
    return post


def _answers(post: HeldPost, role: str, division: Division) -> bool:
    """Tell whether a post holds ``role`` at the division, or approves what is done there."""
    if post.role == role and division.pk in post.places:
        return True
    return _approves(post) and not set(post.places).isdisjoint(division.lineage)


def _near(own: Division, division: Division) -> bool:
    above = division.lineage[:-1]
    return own.level >= Level.TOWNSHIP and (own.pk in above or above[-1:] == own.lineage[-2:-1])


def _require_keeper(by: Actor, division: Division | None = None) -> None:
    places = division.lineage if division else None
    if not any(_keeps(post.kind.key) and _covers(post.places, places) for post in by.posts):
        raise NotYourAccounts


def _keeps(role: str) -> bool:
    return roles()[role].may("technical", "configuration")


def _covers(own: tuple[int, ...], places: list[int] | None) -> bool:
    return places is None or not set(own).isdisjoint(places)


def _require_other(by: Actor, person: Person, division: Division | None = None) -> None:
    _require_keeper(by, division)
    if by.person_id == person.pk:
        raise OwnAccount


def _require_apart(person: Person, role: str, valid: DateRange) -> None:
    held = set(person.posts.filter(valid__overlap=valid).values_list("role", flat=True)) - {role}
    for other in sorted(held):
        if {role, other} & ADMINISTRATORS or {role, other} <= _ARCHIVE:
            raise SeparatedRoles(held=roles()[other].label, wanted=roles()[role].label)


def _title(post: Post) -> str:
    place = post.body.short_name if post.body else post.division.name
    return f"{place} {roles()[post.role].label}"


def _tell(
    event: str, says: str, person: Person, *, by: Actor, at: dt.datetime, post: Post | None = None
) -> None:
    told = journal.Told(
        event=event,
        subject=f"person:{person.pk}",
        at=at,
        actor=by.person_id,
        acting_as=_acting_as(by),
        says=says,
        data={"post": post.pk, "role": post.role} if post else {},
    )
    journal.write(told)


def _acting_as(by: Actor) -> str:
    """Return the key of the post that keeps accounts, else of one that approves, else the first."""
    posts = sorted(by.posts, key=lambda post: (not _keeps(post.role), not _approves(post)))
    return posts[0].key if posts else ""


def _approves(post: HeldPost) -> bool:
    return "approve" in post.kind.cells["case_text"]
