"""The bell, its list and the settings, through HTTP."""

import datetime as dt
import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.factories.world import MONDAY, Banner
from tests.kernel.notices.conftest import Browser
from tests.stories.test_concern import report

from guapeng.kernel.notices import actions, queries
from guapeng.kernel.notices.models import Notice, Preference, Subscription
from guapeng.kernel.notices.rounds import deliver
from guapeng.kernel.people import scope
from guapeng.kernel.people.actors import SYSTEM, Actor
from guapeng.kernel.people.models import Account

ENDPOINT = "https://fcm.googleapis.com/fcm/send/abc"

pytestmark = pytest.mark.django_db


def signed_in(who: Actor) -> Client:
    client = Client()
    client.force_login(
        Account.objects.get(person_id=who.person_id),
        backend="django.contrib.auth.backends.ModelBackend",
    )
    return client


@pytest.fixture
def dispatcher(county: Banner) -> Client:
    return signed_in(county.dispatcher)


def tell(who: Actor, *keys: str, **more: Any) -> None:
    params = {"number": "N", "title": "水管", "workflow": "concern", "version": 1, "steps": []}
    for key in keys:
        with scope.acting(SYSTEM):
            actions.notify(
                [who.known_person],
                key=key,
                kind="matters.awaited",
                subject=f"test:{key}",
                url="/look/",
                at=MONDAY,
                until=key,
                params=params | {"title": key},
                **more,
            )


def titles(page: Any) -> list[str]:
    return re.findall(r"data-row>请您：(.*?)</a>", page.content.decode())


def badge(client: Client) -> str:
    page = client.get("/notices/").content.decode()
    found = re.search(r"top-sign.*?</a>", page, re.DOTALL)
    assert found
    count = re.search(r'nav-count">(\d+)', found[0])
    return count[1] if count else ""


def test_report_rings_the_dispatcher_s_bell(county: Banner, dispatcher: Client) -> None:
    matter = report(county)
    assert badge(dispatcher) == ""

    deliver(at=MONDAY)

    assert badge(dispatcher) == "1"
    page = dispatcher.get("/notices/").content.decode()
    assert "请您派单：诉求" in page
    assert matter.number in page


def test_opening_leads_to_the_matter_and_is_remembered(county: Banner, dispatcher: Client) -> None:
    tell(county.dispatcher, "a")
    with scope.acting(county.dispatcher):
        (notice,) = queries.notices_of(county.dispatcher)

    response = dispatcher.get(f"/notices/{notice.pk}/")

    assert (response.status_code, response["Location"]) == (302, "/look/")
    assert badge(dispatcher) == ""
    assert titles(dispatcher.get("/notices/")) == ["a"]


def test_another_s_notice_is_not_found(county: Banner) -> None:
    tell(county.dispatcher, "a")
    with scope.acting(SYSTEM):
        notice = Notice.objects.get()

    assert signed_in(county.arbiter).get(f"/notices/{notice.pk}/").status_code == 404
    assert titles(signed_in(county.arbiter).get("/notices/")) == []
    with scope.acting(SYSTEM):
        assert Notice.objects.get().read_at is None


def test_new_comes_first_then_the_latest(county: Banner, dispatcher: Client) -> None:
    tell(county.dispatcher, "a", "b", "c")
    with scope.acting(SYSTEM):
        actions.settle(subject="test:c", at=MONDAY)

    assert titles(dispatcher.get("/notices/")) == ["b", "a", "c"]


def test_all_are_read_with_one_press(county: Banner, dispatcher: Client) -> None:
    tell(county.dispatcher, "a", "b")
    tell(county.arbiter, "other")

    dispatcher.post("/notices/read/")

    assert badge(dispatcher) == ""
    assert badge(signed_in(county.arbiter)) == "1"


def test_list_goes_on_page_by_page_without_gap_or_repetition(
    county: Banner, dispatcher: Client
) -> None:
    keys = [f"{number:02}" for number in range(70)]
    tell(county.dispatcher, *keys)
    with scope.acting(SYSTEM):
        for key in keys[20:60]:
            actions.settle(subject=f"test:{key}", at=MONDAY)

    found, address = [], "/notices/"
    while address:
        page = dispatcher.get(address)
        found += titles(page)
        onward = re.search(r'href="(\?after=[\d.]+)"', page.content.decode())
        address = f"/notices/{onward[1]}" if onward else ""

    new = keys[60:][::-1] + keys[:20][::-1]
    assert found == new + keys[20:60][::-1]


@pytest.mark.parametrize("after", ["x", "2.1", "1.", "1.-3", "1." + "9" * 30])
def test_list_bears_any_place_that_somebody_types(dispatcher: Client, after: str) -> None:
    assert dispatcher.get("/notices/", {"after": after}).status_code == 200


def test_list_costs_the_same_for_one_and_for_three(county: Banner, dispatcher: Client) -> None:
    counts = []
    for keys in (["a"], [], ["b", "c"]):
        tell(county.dispatcher, *keys)
        with CaptureQueriesContext(connection) as captured:
            dispatcher.get("/notices/")
        counts.append(len(captured))

    assert counts[1] == counts[2]  # the first has read the rules


@pytest.mark.parametrize("address", ["/notices/", "/notices/settings/", "/notices/1/"])
def test_visitor_is_asked_to_sign_in(address: str) -> None:
    response = Client().get(address)

    assert response.status_code == 302
    assert response["Location"].startswith("/accounts/login/")


def test_empty_list_says_so(dispatcher: Client) -> None:
    assert "没有通知" in dispatcher.get("/notices/").content.decode()


def test_settings_show_the_rule_until_somebody_chooses(county: Banner, dispatcher: Client) -> None:
    page = dispatcher.get("/notices/settings/").content.decode()
    assert 'value="21:30"' in page
    assert 'value="07:30"' in page

    response = dispatcher.post(
        "/notices/settings/",
        {"ways": [], "quiet": "on", "quiet_from": "22:00", "quiet_until": "06:00"},
    )

    assert response.status_code == 302
    with scope.acting(county.dispatcher):
        chosen = Preference.objects.get()
    assert chosen.muted == ["push"]
    assert (chosen.quiet_from, chosen.quiet_until) == (dt.time(22), dt.time(6))


def test_quiet_hours_can_be_switched_off(county: Banner, dispatcher: Client) -> None:
    dispatcher.post("/notices/settings/", {"ways": ["push"]})

    with scope.acting(county.dispatcher):
        chosen = Preference.objects.get()
    assert chosen.muted == []
    assert queries.quiet_hours(chosen).over(MONDAY) == MONDAY
    assert chosen.quiet_from == chosen.quiet_until


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"quiet": "on", "quiet_from": "22:00"}, "quiet_until"),
        ({"quiet": "on", "quiet_from": "25:00", "quiet_until": "06:00"}, "quiet_from"),
        ({"quiet": "on", "quiet_from": "06:00", "quiet_until": "06:00"}, "quiet_until"),
        ({"ways": ["pigeon"]}, "ways"),
    ],
)
def test_settings_that_do_not_fit_come_back_with_the_reason(
    county: Banner, dispatcher: Client, given: dict[str, Any], field: str
) -> None:
    response = dispatcher.post("/notices/settings/", given)

    assert response.status_code == 422
    assert f'href="#id_{field}"' in response.content.decode()
    with scope.acting(SYSTEM):
        assert not Preference.objects.exists()


def device(browser: Browser, **changes: str) -> dict[str, str]:
    return {"endpoint": ENDPOINT, **browser.keys, **changes}


def test_device_is_added_once_and_removed(
    county: Banner, dispatcher: Client, browser: Browser
) -> None:
    for _ in range(2):
        assert dispatcher.post("/notices/devices/", device(browser)).status_code == 302
    with scope.acting(county.dispatcher):
        kept = Subscription.objects.get()
    assert kept.person_id == county.dispatcher.person_id
    assert ENDPOINT in dispatcher.get("/notices/settings/").content.decode()

    for _ in range(2):
        dispatcher.post(f"/notices/devices/{kept.pk}/remove/")

    with scope.acting(SYSTEM):
        assert not Subscription.objects.exists()


def test_browser_that_changes_hands_tells_its_new_owner_only(
    county: Banner, dispatcher: Client, browser: Browser
) -> None:
    dispatcher.post("/notices/devices/", device(browser))

    signed_in(county.arbiter).post("/notices/devices/", device(browser))

    with scope.acting(SYSTEM):
        assert Subscription.objects.get().person_id == county.arbiter.person_id


def test_another_s_device_is_not_removed(
    county: Banner, dispatcher: Client, browser: Browser
) -> None:
    dispatcher.post("/notices/devices/", device(browser))
    with scope.acting(SYSTEM):
        kept = Subscription.objects.get()

    signed_in(county.arbiter).post(f"/notices/devices/{kept.pk}/remove/")

    with scope.acting(SYSTEM):
        assert Subscription.objects.exists()


@pytest.mark.parametrize(
    "changes",
    [
        {"endpoint": "https://10.0.0.1/"},
        {"endpoint": "http://fcm.googleapis.com/x"},
        {"endpoint": "https://fcm.googleapis.com@10.0.0.1/"},
        {"endpoint": "https://fcm.googleapis.com.example.org/"},
        {"endpoint": "https://10.0.0.1/.push.apple.com"},
        {"endpoint": "https://10.0.0.1#.push.apple.com"},
        {"endpoint": "https://10.0.0.1\\.push.apple.com/"},
        {"endpoint": ""},
        {"p256dh": "AAAA"},
        {"p256dh": "中文"},
        {"auth": "AAAA"},
    ],
)
def test_address_that_is_no_push_service_s_or_a_wrong_key_is_refused(
    dispatcher: Client, browser: Browser, changes: dict[str, str]
) -> None:
    response = dispatcher.post("/notices/devices/", device(browser, **changes))

    assert response.status_code == 422
    with scope.acting(SYSTEM):
        assert not Subscription.objects.exists()


@pytest.mark.parametrize(
    "endpoint",
    [
        "https://updates.push.services.mozilla.com/wpush/v2/abc",
        "https://web.push.apple.com/abc",
        "https://wns2-bn3p.notify.windows.com/w/?token=abc",
    ],
)
def test_known_push_services_are_taken(dispatcher: Client, browser: Browser, endpoint: str) -> None:
    sent = dispatcher.post("/notices/devices/", device(browser, endpoint=endpoint))

    assert sent.status_code == 302
