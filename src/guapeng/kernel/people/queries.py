"""Reading about persons: masked for others, whole for themselves, and who looked."""

import datetime as dt
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Final

from allauth.mfa.models import Authenticator
from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from guapeng.kernel.journal.models import Entry
from guapeng.kernel.people.actors import Actor
from guapeng.kernel.people.bases import Basis, bases
from guapeng.kernel.people.models import (
    Account,
    Consent,
    Field,
    HouseholdMember,
    Lookup,
    Person,
    Post,
)
from guapeng.kernel.people.sealed import fingerprint, unseal
from guapeng.plain.identity import phone, resident_id
from guapeng.plain.masking import mask_address, mask_id_number, mask_name, mask_phone
from guapeng.plain.names import query_key
from guapeng.plain.unfit import Unfit

PAGE_ROWS: Final = 30
MOST_FOUND: Final = 20
_LAST_ID: Final = 2**63 - 1
_WHOLE: Final[dict[Field, Callable[[Person], str]]] = {
    Field.NAME: lambda person: person.name,
    Field.PHONE: lambda person: _unsealed(person.phone_sealed),
    Field.IDENTITY: lambda person: _unsealed(person.identity_sealed),
    Field.HOME: lambda person: person.home.name if person.home else "",
}
_MASK: Final[dict[Field, Callable[[str], str]]] = {
    Field.NAME: mask_name,
    Field.PHONE: mask_phone,
    Field.IDENTITY: mask_id_number,
    Field.HOME: mask_address,
}


@dataclass(frozen=True)
class Held:
    """A field that is held about a person, and why it may be.

    Attributes:
        value: the field itself, whole; show it to the person alone.
        by_law: the legal bases that need no consent.
        by_consent: the bases that the person agreed to, each with the moment of agreeing.
    """

    field: Field
    value: str
    by_law: tuple[Basis, ...]
    by_consent: tuple[tuple[Basis, dt.datetime], ...]


def card_of(person: Person, *, opened: Collection[Field] = ()) -> dict[Field, str]:
    """Return what is held about a person, masked but for the fields ``opened``; "" is not held.

    Opening anything is for ``actions.look_up`` alone.
    """
    return {field: _shown(person, field, opened=field in opened) for field in Field}


def who_looked(person: Person | None = None, *, before: int | None = None) -> QuerySet[Lookup]:
    """Return who opened what of ``person``, the newest first, with the looker (``by``).

    Without a person: of everybody, for those who oversee. ``before`` is the id of the last row
    that the caller has. The connection's scope decides: the person and those who oversee see any.
    """
    told = Lookup.objects.filter(pk__lt=before or _LAST_ID)
    if person:
        told = told.filter(person=person)
    return told.select_related("by", "person").order_by("-pk")


def account_story(person: Person) -> QuerySet[Entry]:
    """Return what others did to the person's account, posts and record, the newest first."""
    told = Entry.objects.filter(subject=f"person:{person.pk}", event__startswith="people.")
    return told.exclude(event="people.look_up").order_by("-seq")


def posts_of(person: Person, *, on: dt.date) -> QuerySet[Post]:
    """Return the posts that ``person`` holds on that day, and those to come."""
    open_end = Q(valid__contains=on) | Q(valid__fully_gt=(None, on))
    held = person.posts.filter(open_end).select_related("division", "body")
    return held.order_by("valid", "pk")


def lives_in(person: Person) -> QuerySet[HouseholdMember]:
    """Return the households in which ``person`` is entered, the present one first.

    The connection's scope shows them to the person alone.
    """
    return person.households.select_related("household__division").order_by("-valid", "pk")


def accounts(*, on: dt.date, text: str = "", after: str = "") -> QuerySet[Account]:
    """Return accounts by log-in name, each with ``held`` posts and ``has_factor``.

    ``text`` is how a log-in name begins, or a part of the person's name as people type it;
    ``after`` the log-in name of the last row that the caller has.
    """
    posts = Post.objects.filter(Q(valid__contains=on) | Q(valid__fully_gt=(None, on)))
    held = Prefetch("person__posts", posts.select_related("division", "body"), "held")
    factor = Authenticator.objects.filter(user=OuterRef("pk"))
    found = Account.objects.filter(username__gt=after).prefetch_related(held)
    if text:
        by_name = Q(person__name_keys__contains=[query_key(text)])
        found = found.filter(Q(username__istartswith=text) | by_name)
    without_codes = factor.exclude(type=Authenticator.Type.RECOVERY_CODES)
    return found.annotate(has_factor=Exists(without_codes)).order_by("username")


def people_found(text: str, *, by: Actor, on: dt.date) -> QuerySet[Person]:
    """Return persons whose home lies in the area that the actor's posts open.

    ``text`` is a whole phone or identity number, or a part of a name in characters or pinyin.
    """
    posts = (post for post in by.posts if post.kind.sees_area("reporter_contact"))
    areas = {place for post in posts for place in post.places}
    mine = Person.objects.filter(deleted_at=None, home__lineage__overlap=list(areas))
    return mine.filter(_who(text, on=on)).select_related("home").order_by("pk")


def by_number(text: str, *, on: dt.date) -> Person | None:
    """Return whose whole phone or identity number ``text`` is, wherever they live.

    For a caller who then tells nothing of them, such as the counter at which they stand.
    """
    marks = _marks(text, on=on)
    return Person.objects.filter(deleted_at=None).filter(marks).first() if marks else None


def consents_of(person: Person) -> QuerySet[Consent]:
    """Return what ``person`` agreed to and did not withdraw, as far as the scope shows it."""
    return person.consents.filter(withdrawn_at=None).order_by("given_at", "id")


def held_about(person: Person, *, on: dt.date) -> list[Held]:
    """Return every field held about ``person``, whole, with what allows it ``on`` that day.

    For the person's own page, in the person's own scope (PIPL arts. 17, 45).
    """
    agreed = {(one.purpose, one.field): one.given_at for one in consents_of(person)}
    known = bases(on=on)
    return [
        Held(
            field=field,
            value=value,
            by_law=tuple(b for b in known if field in b.fields and not b.by_consent),
            by_consent=tuple((b, agreed[b.key, field]) for b in known if (b.key, field) in agreed),
        )
        for field in Field
        if (value := _WHOLE[field](person))
    ]


def _who(text: str, *, on: dt.date) -> Q:
    return _marks(text, on=on) or Q(name_keys__contains=[query_key(text)])


def _marks(text: str, *, on: dt.date) -> Q:
    """Return the condition that a whole number sets; an empty one where ``text`` is none."""
    try:
        return Q(phone_hash=fingerprint(phone(text)))
    except Unfit:
        pass
    try:
        return Q(identity_hash=fingerprint(resident_id(text, on=on)))
    except Unfit:
        return Q()


def _shown(person: Person, field: Field, *, opened: bool) -> str:
    value = _WHOLE[field](person)
    return value if opened or not value else _MASK[field](value)


def _unsealed(sealed: bytes | memoryview | None) -> str:
    return unseal(bytes(sealed)) if sealed else ""
