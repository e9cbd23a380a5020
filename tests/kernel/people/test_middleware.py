"""Who asks is found at the beginning of every request, even if the database was away meanwhile."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.factories.accounts import enter, sign_in
from tests.factories.world import Banner


def test_who_asks_is_one_round_trip_where_nothing_guarded_is_wanted(banner: Banner) -> None:
    who = enter("herder")
    client = sign_in(who)
    client.post("/look/", {"elder": "off"})  # what rules say is known from now on

    with CaptureQueriesContext(connection) as asked:
        answer = client.post("/look/", {"elder": "on"})

    assert answer.status_code == 302
    (told,) = [one["sql"] for one in asked]
    assert "people_browsersession" in told


def test_database_is_told_who_asks_before_it_is_asked_and_in_the_end_that_nobody_does(
    banner: Banner,
) -> None:
    who = enter("herder")
    client = sign_in(who)
    client.get("/inbox/")

    with CaptureQueriesContext(connection) as asked:
        assert client.get("/inbox/").status_code == 200

    told = [one["sql"] for one in asked]
    assert "people_browsersession" in told[0]
    assert f"person:{who.pk}" in told[1]
    assert "set_config('guapeng.keys', '{}'" in told[-1]


@pytest.mark.django_db(transaction=True)
def test_request_survives_that_the_database_was_restarted() -> None:
    client = Client()
    assert client.get("/offline/").status_code == 200

    with connection.cursor() as cursor:
        cursor.execute("select pg_backend_pid()")
        mine = cursor.fetchone()[0]
    other = connection.copy()
    with other.cursor() as cursor:
        cursor.execute("select pg_terminate_backend(%s, 5000)", [mine])
    other.close()

    assert client.get("/offline/").status_code == 200
