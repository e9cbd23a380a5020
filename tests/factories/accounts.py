"""People who can sign in."""

from django.test import Client
from django.utils import timezone

from guapeng.kernel.divisions.models import Division
from guapeng.kernel.people import actions
from guapeng.kernel.people.actors import Actor, actor_of
from guapeng.kernel.people.models import Account, Body, Person, Post
from tests.factories.world import LONG_AGO, MONDAY

PASSWORD = "Melon-shed-7"


def enter(
    username: str,
    role: str = "",
    place: Division | None = None,
    body: Body | None = None,
    **given: object,
) -> Person:
    """Enter a person with an account, and a post where a role is named."""
    who = actions.enrol(at=MONDAY, **({"name": "巴根"} | given))  # type: ignore[arg-type]
    Account.objects.create_account(username=username, person=who, password=PASSWORD)
    if role:
        Post.objects.create(person=who, role=role, division=place, body=body, valid=LONG_AGO)
    return who


def sign_in(person: Person) -> Client:
    """Return a browser in which the person is signed in."""
    client = Client()
    client.force_login(person.account, "django.contrib.auth.backends.ModelBackend")
    return client


def acting(person: Person) -> Actor:
    """Return the person as an actor of today."""
    return actor_of(person.account, on=timezone.localdate())
