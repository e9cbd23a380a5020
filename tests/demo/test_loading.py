"""Loading the demo: the same each time, all or nothing, and never into other data."""

import hashlib
from contextlib import nullcontext

import pytest
from django.conf import LazySettings
from django.db import transaction
from django.test import Client

from guapeng.demo import banner
from guapeng.demo.logins import PASSWORD
from guapeng.demo.recipe import Recipe
from guapeng.kernel.divisions.models import Division
from guapeng.kernel.matters.models import Matter, StepTaken
from guapeng.kernel.people import scope
from guapeng.kernel.people.actors import SYSTEM
from guapeng.kernel.people.models import Account, Household, Person
from tests.demo.conftest import AT, TINY, load
from tests.factories import world

pytestmark = pytest.mark.django_db


def digest() -> str:
    """Return a hash over all that the demo made, without the ids that the database gives."""
    with scope.acting(SYSTEM):
        matters = Matter.objects.order_by("number").values_list(
            "number", "workflow", "state", "title", "place", "lon", "lat", "opened_at", "due_at"
        )
        steps = StepTaken.objects.order_by("at", "matter__number", "step").values_list(
            "at", "matter__number", "step", "to_state", "says"
        )
        people = Person.objects.order_by("id").values_list("name", "home__code")
        places = Division.objects.order_by("code").values_list("code", "name", "lon", "households")
        homes = Household.objects.order_by("uid", "people__person").values_list(
            "uid", "division__code", "address", "kind", "members", "valid", "people__person__name"
        )
        told = [list(rows) for rows in (matters, steps, people, places, homes)]
    return hashlib.sha256(repr(told).encode()).hexdigest()


def killed_in(phase: str, *, after: int) -> banner.Phase:
    """Return phases in one of which the load is killed as soon as so much of it is written."""

    def advance(done: int, _total: int | None) -> None:
        if done >= after:
            raise KeyboardInterrupt

    return lambda name: nullcontext(advance if name == phase else lambda _done, _total: None)


def test_one_recipe_makes_one_banner_even_where_the_load_is_killed_and_goes_on() -> None:
    with transaction.atomic():
        load()
        made = digest()
        transaction.set_rollback(True)

    for phase, after in (("住户台账", 15_000), ("诉求和吹哨", 200)):
        with pytest.raises(KeyboardInterrupt):
            load(phase=killed_in(phase, after=after))
        assert StepTaken.objects.exists() is False  # the scope is left; nobody sees anything
        assert banner.loaded() is None
    load()

    assert digest() == made
    assert banner.loaded()


def test_another_seed_makes_another_banner() -> None:
    one, same, other = (Recipe(AT, seed, TINY) for seed in (1, 1, 2))

    assert told(one) == told(same) != told(other)


def told(recipe: Recipe) -> list[tuple[object, ...]]:
    stories = recipe.stories(recipe.areas())
    return [(story.uid, story.at, story.where, tuple(story.turns)) for story in stories]


def test_other_data_are_never_mixed_with_the_demo() -> None:
    world.banner()

    with pytest.raises(banner.NotEmpty):
        load()


def test_demo_mode_opens_no_account_that_the_demo_has_not_made(
    demo_mode: LazySettings, client: Client
) -> None:
    account = Account(username="dispatcher", person=world.person(), created_at=world.MONDAY)
    account.set_unusable_password()
    account.save()

    assert client.post("/demo/sign-in/", {"role": "dispatcher"}).status_code == 404
    client.post("/accounts/login/", {"login": "dispatcher", "password": PASSWORD})
    assert "_auth_user_id" not in client.session
