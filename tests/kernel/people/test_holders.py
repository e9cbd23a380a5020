import datetime as dt
from typing import Any

import pytest
from tests.factories.world import MONDAY, Banner, actor

from guapeng.kernel.people.holders import holders
from guapeng.kernel.people.models import Person, Post

TODAY = MONDAY.date()

pytestmark = pytest.mark.django_db


def test_every_actor_is_found_behind_each_of_its_keys(banner: Banner) -> None:
    both = actor("grid_worker", banner.grid)
    actors = [banner.dispatcher, banner.water_officer, banner.resident, banner.grid_worker, both]
    keys = frozenset().union(*(one.keys for one in actors)) - {"anyone", "known"}

    found = holders(keys, on=TODAY)

    for key in keys:
        assert found[key] >= {one.person_id for one in actors if key in one.keys}
    assert found[banner.grid_worker.posts[0].key] == {banner.grid_worker.person_id, both.person_id}


def test_nobody_in_particular_stands_behind_anyone_askers_and_the_clockwork(
    banner: Banner,
) -> None:
    assert not any(holders(["anyone", "known", "asker:1-2", "clockwork"], on=TODAY).values())


def test_unit_means_whoever_works_on_cases_for_it(banner: Banner) -> None:
    archivist = actor("archive_clerk", banner.county, banner.water)

    found = holders([f"body:{banner.water.pk}"], on=TODAY)[f"body:{banner.water.pk}"]

    assert found == {banner.water_officer.person_id}
    assert archivist.person_id not in found


def test_ended_post_and_deleted_person_are_left_out(banner: Banner) -> None:
    key = f"role:dispatcher@{banner.county.pk}"
    gone = actor("dispatcher", banner.county)
    Person.objects.filter(pk=gone.person_id).update(deleted_at=MONDAY)
    ended = actor("dispatcher", banner.county)
    Post.objects.filter(person_id=ended.person_id).update(valid=(dt.date(2020, 1, 1), TODAY))

    assert holders([key], on=TODAY)[key] == {banner.dispatcher.person_id}


def test_many_keys_cost_one_query(banner: Banner, django_assert_num_queries: Any) -> None:
    keys = [*banner.dispatcher.keys, *banner.water_officer.keys, *banner.grid_worker.keys]

    with django_assert_num_queries(1):
        holders(keys, on=TODAY)
    with django_assert_num_queries(0):
        holders([f"person:{banner.resident.person_id}"], on=TODAY)
