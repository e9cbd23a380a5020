"""The demo's log-ins open in demo mode alone, and only what the demo itself has made."""

import pytest
from django.conf import LazySettings
from django.test import Client

from guapeng.demo.logins import LOGINS, PASSWORD
from guapeng.kernel.people.roles import roles

pytestmark = pytest.mark.django_db
SIGN_IN = "/demo/sign-in/"


def signed_in(client: Client) -> str | None:
    user = client.get("/").wsgi_request.user
    return user.username if user.is_authenticated else None


@pytest.mark.parametrize("login", LOGINS, ids=lambda login: login.username)
def test_one_press_signs_in_by_role(
    demo: None, demo_mode: LazySettings, client: Client, login: object
) -> None:
    response = client.post(SIGN_IN, {"role": login.username, "next": "/look/"})

    assert (response.status_code, response.url) == (302, "/look/")
    assert signed_in(client) == login.username


def test_the_log_in_page_offers_every_role(
    demo: None, demo_mode: LazySettings, client: Client
) -> None:
    page = client.get("/accounts/login/").content.decode()

    for login in LOGINS:
        assert f'value="{login.username}"' in page
        assert roles()[login.role].label in page


def test_the_common_password_opens_an_account_of_the_demo(
    demo: None, demo_mode: LazySettings, client: Client
) -> None:
    client.post("/accounts/login/", {"login": "dispatcher", "password": PASSWORD})

    assert signed_in(client) == "dispatcher"


def test_a_foreign_address_is_not_gone_to(
    demo: None, demo_mode: LazySettings, client: Client
) -> None:
    response = client.post(SIGN_IN, {"role": "dispatcher", "next": "https://example.com/"})

    assert response.url == "/"


def test_outside_demo_mode_the_address_is_not_there(demo: None, client: Client) -> None:
    assert client.post(SIGN_IN, {"role": "dispatcher"}).status_code == 404


def test_outside_demo_mode_no_role_is_offered(demo: None, client: Client) -> None:
    assert SIGN_IN not in client.get("/accounts/login/").content.decode()


def test_outside_demo_mode_the_common_password_opens_nothing(demo: None, client: Client) -> None:
    client.post("/accounts/login/", {"login": "dispatcher", "password": PASSWORD})

    assert signed_in(client) is None


def test_a_session_of_the_demo_is_over_outside_demo_mode(
    demo: None, demo_mode: LazySettings, client: Client
) -> None:
    client.post(SIGN_IN, {"role": "dispatcher"})
    demo_mode.DEMO = False
    demo_mode.AUTHENTICATION_BACKENDS = demo_mode.AUTHENTICATION_BACKENDS[:-1]

    assert signed_in(client) is None
