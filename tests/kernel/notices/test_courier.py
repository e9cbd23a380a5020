"""Letters on their way out: once, again after a fault, never at night, never more than needed."""

import datetime as dt
import email
import email.policy
import uuid
from collections.abc import Collection, Iterator
from typing import Any

import orjson
import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.factories.world import MONDAY, Banner
from tests.kernel.notices.conftest import Browser, Mailbox, PushService
from tests.stories.test_concern import report

from guapeng.kernel.matters.models import Urgency
from guapeng.kernel.notices import actions, channels
from guapeng.kernel.notices.channels import Letter, Way
from guapeng.kernel.notices.courier import send_due
from guapeng.kernel.notices.jobs import forget_old
from guapeng.kernel.notices.models import Delivery, Notice, Subscription
from guapeng.kernel.notices.quiet import Quiet
from guapeng.kernel.notices.rounds import deliver
from guapeng.kernel.people import scope
from guapeng.kernel.people.actors import SYSTEM, Actor
from guapeng.kernel.people.models import Account

MINUTE = dt.timedelta(minutes=1)
HOUR = dt.timedelta(hours=1)
DAY = dt.timedelta(days=1)
NIGHT = MONDAY.replace(hour=14)  # 22:00 in the county
MORNING = (MONDAY + DAY).replace(hour=23, minute=30) - DAY  # 7:30 the next day

pytestmark = pytest.mark.django_db


def deliveries() -> list[Delivery]:
    with scope.acting(SYSTEM):
        return list(Delivery.objects.order_by("pk"))


def stages() -> list[str]:
    return [one.stage for one in deliveries()]


def test_push_says_that_something_waits_and_nothing_else(
    county: Banner, browser: Browser, push_service: PushService
) -> None:
    browser.subscribe(county.dispatcher, push_service.url + "/abc")
    matter = report(county)

    deliver(at=MONDAY)

    (pushed,) = push_service.received
    assert pushed["path"] == "/abc"
    assert orjson.loads(browser.read(pushed["body"])) == {
        "title": "有事项待办",
        "body": matter.number,
        "url": f"/m/{matter.number}/",
        "tag": f"matter-{matter.pk}",
    }
    headers = pushed["headers"]
    assert headers["topic"] == f"matter-{matter.pk}"
    assert headers["urgency"] == "normal"
    assert headers["authorization"].startswith("vapid t=")
    assert stages() == ["sent"]


def test_danger_is_pushed_with_high_urgency(
    county: Banner, browser: Browser, push_service: PushService
) -> None:
    browser.subscribe(county.dispatcher, push_service.url)
    report(county, urgency=Urgency.DANGER)

    deliver(at=MONDAY)

    assert push_service.received[0]["headers"]["urgency"] == "high"


def test_mail_goes_through_a_real_server_with_a_stable_id(county: Banner, mailbox: Mailbox) -> None:
    Account.objects.filter(person_id=county.dispatcher.person_id).update(email="d@county.example")
    matter = report(county)

    deliver(at=MONDAY)

    letter = email.message_from_string(mailbox.received[0], policy=email.policy.default)
    with scope.acting(SYSTEM):
        notice = Notice.objects.get()
    assert letter["Message-ID"] == f"<notice-{notice.pk}@county.example>"
    assert letter["Subject"] == f"有事项待办 {matter.number}"
    assert f"https://county.example/m/{matter.number}/" in letter.get_content()
    assert "水管" not in letter.get_content()
    assert stages() == ["sent"]


def test_without_a_mail_server_no_mail_is_thought_of(county: Banner) -> None:
    Account.objects.update(email="d@county.example")
    report(county)

    deliver(at=MONDAY)

    assert deliveries() == []


def test_refused_letter_comes_again_with_longer_waits_and_is_sent_once(
    county: Banner, browser: Browser, push_service: PushService
) -> None:
    browser.subscribe(county.dispatcher, push_service.url)
    push_service.answers = [503, 503]
    report(county)
    at, waits = MONDAY, []
    deliver(at=at)

    while (delivery := deliveries()[0]).stage == "waiting":
        waits.append(delivery.next_at - at)
        assert send_due(at=delivery.next_at - dt.timedelta(seconds=1)) == 0
        at = delivery.next_at
        send_due(at=at)

    assert waits == [MINUTE, 2 * MINUTE]
    assert len(push_service.received) == 3
    assert (delivery.stage, delivery.error) == ("sent", "WebPushException")


def test_letter_is_given_up_after_the_times_of_the_rule(
    county: Banner, browser: Browser, push_service: PushService
) -> None:
    browser.subscribe(county.dispatcher, push_service.url)
    push_service.answers = [500] * 100
    report(county)
    deliver(at=MONDAY)

    for _ in range(12):
        send_due(at=max(deliveries()[0].next_at, MONDAY))

    assert stages() == ["given_up"]
    assert len(push_service.received) == 10


def test_redirect_is_not_followed(
    county: Banner, browser: Browser, push_service: PushService
) -> None:
    browser.subscribe(county.dispatcher, push_service.url)
    push_service.answers = [302]
    report(county)

    deliver(at=MONDAY)

    assert deliveries()[0].error == "TooManyRedirects"


@pytest.mark.parametrize("status", [404, 410])
def test_device_that_is_gone_is_forgotten_and_others_still_get_it(
    county: Banner, browser: Browser, push_service: PushService, status: int
) -> None:
    gone = browser.subscribe(county.dispatcher, push_service.url + "/gone")
    kept = Browser().subscribe(county.dispatcher, push_service.url + "/kept")
    report(county)
    push_service.before_answer = lambda: push_service.answers.append(
        status if push_service.received[-1]["path"] == "/gone" else 201
    )

    deliver(at=MONDAY)

    with scope.acting(SYSTEM):
        assert set(Subscription.objects.values_list("pk", flat=True)) == {kept.pk} - {gone.pk}
    assert stages() == ["sent"]


def test_night_is_quiet_and_morning_brings_it(
    county: Banner, browser: Browser, push_service: PushService
) -> None:
    browser.subscribe(county.dispatcher, push_service.url)
    report(county)

    deliver(at=NIGHT)
    assert push_service.received == []
    assert deliveries()[0].next_at == MORNING
    assert deliveries()[0].attempts == 0

    send_due(at=MORNING)
    assert len(push_service.received) == 1


def test_danger_is_told_at_night(
    county: Banner, browser: Browser, push_service: PushService
) -> None:
    browser.subscribe(county.dispatcher, push_service.url)
    report(county, urgency=Urgency.DANGER)

    deliver(at=NIGHT)

    assert len(push_service.received) == 1


@pytest.mark.parametrize("why", ["settled", "read", "muted", "old", "no device"])
def test_letter_that_nobody_needs_any_more_is_dropped(
    county: Banner, browser: Browser, push_service: PushService, why: str
) -> None:
    browser.subscribe(county.dispatcher, push_service.url)
    report(county)
    deliver(at=NIGHT)
    at = MORNING
    with scope.acting(SYSTEM):
        notice = Notice.objects.get()
        match why:
            case "settled":
                actions.settle(subject=notice.subject, at=NIGHT)
            case "read":
                actions.open_notice(notice, at=NIGHT)
            case "muted":
                day = dt.time()
                actions.choose(
                    by=county.dispatcher, muted=["push"], quiet_from=day, quiet_until=day
                )
            case "old":
                at = MORNING + 4 * DAY
            case "no device":
                Account.objects.filter(person_id=county.dispatcher.person_id).update(
                    is_active=False
                )
                Delivery.objects.update(channel="vanished")

    send_due(at=at)

    assert push_service.received == []
    assert stages() == ["dropped"]


def test_muted_channel_gets_no_letter_at_all(
    county: Banner, browser: Browser, push_service: PushService
) -> None:
    browser.subscribe(county.dispatcher, push_service.url)
    with scope.acting(county.dispatcher):
        actions.choose(
            by=county.dispatcher, muted=["push"], quiet_from=dt.time(22), quiet_until=dt.time(6)
        )
    report(county)

    deliver(at=MONDAY)

    assert deliveries() == []


@pytest.fixture
def drum(county: Banner) -> Iterator[list[Letter]]:
    """A channel like those that a county adds, and what went out by it."""
    heard: list[Letter] = []

    def ways(person_ids: Collection[int]) -> Iterator[Way]:
        return (Way(person_id=id_, address={"hill": "1"}) for id_ in person_ids)

    channels.channel("drum", label="鼓", ways=ways, is_ready=lambda: True)(heard.append)
    yield heard
    channels._CHANNELS.pop("drum")  # noqa: SLF001  # nobody else takes one away


def tell(who: Actor, key: str, *, at: dt.datetime, urgent: bool = False) -> int:
    with scope.acting(SYSTEM):
        return actions.notify(
            [who.known_person],
            key=key,
            kind="matters.awaited",
            subject="test:1",
            url="/",
            at=at,
            urgent=urgent,
        )


def test_plugged_in_channel_carries_letters(county: Banner, drum: list[Letter]) -> None:
    tell(county.dispatcher, "a", at=MONDAY)

    send_due(at=MONDAY)

    assert [letter.words for letter in drum] == ["有事项待办"]


def test_told_twice_under_one_key_is_told_once(county: Banner, drum: list[Letter]) -> None:
    assert tell(county.dispatcher, "a", at=MONDAY) == 1
    assert tell(county.dispatcher, "a", at=MONDAY + HOUR) == 0

    assert send_due(at=MONDAY) == 1
    assert send_due(at=MONDAY + DAY) == 0


CLOCKS = st.times(min_value=dt.time(0, 0), max_value=dt.time(23, 59)).map(
    lambda clock: clock.replace(second=0, microsecond=0)
)
MOMENTS = st.datetimes(
    min_value=dt.datetime(2026, 1, 1),  # noqa: DTZ001  # the strategy adds the zone
    max_value=dt.datetime(2026, 12, 31),  # noqa: DTZ001
    timezones=st.just(dt.UTC),
)


@given(at=MOMENTS, start=CLOCKS, end=CLOCKS)
def test_quiet_hours_end_at_their_end_and_outside_nothing_waits(
    at: dt.datetime, start: dt.time, end: dt.time
) -> None:
    quiet = Quiet(start, end)

    over = quiet.over(at)

    assert at <= over < at + DAY
    assert quiet.over(over) == over
    if over != at:
        assert timezone.localtime(over).time() == end
        assert quiet.over(over - dt.timedelta(microseconds=1)) == over
    assert start != end or over == at


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(at=MOMENTS, start=CLOCKS, end=CLOCKS, urgent=st.booleans())
def test_nobody_is_told_in_quiet_hours_but_of_danger_and_everybody_after_them(
    county: Banner,
    drum: list[Letter],
    *,
    at: dt.datetime,
    start: dt.time,
    end: dt.time,
    urgent: bool,
) -> None:
    with scope.acting(county.dispatcher):
        actions.choose(by=county.dispatcher, muted=[], quiet_from=start, quiet_until=end)
    drum.clear()
    tell(county.dispatcher, str(uuid.uuid4()), at=at, urgent=urgent)
    quiet = Quiet(start, end)

    send_due(at=at)
    assert len(drum) == (urgent or quiet.over(at) == at)

    send_due(at=quiet.over(at))
    assert len(drum) == 1


def test_old_notices_are_forgotten_with_their_deliveries(
    county: Banner, drum: list[Letter]
) -> None:
    tell(county.dispatcher, "old", at=MONDAY - 181 * DAY)
    tell(county.dispatcher, "young", at=MONDAY - 179 * DAY)

    assert forget_old(at=MONDAY) == 1

    with scope.acting(SYSTEM):
        assert [notice.key for notice in Notice.objects.all()] == ["young"]
        assert Delivery.objects.count() == 1


def test_many_letters_cost_few_queries(
    county: Banner, drum: list[Letter], django_assert_num_queries: Any
) -> None:
    for number in range(20):
        tell(county.dispatcher, str(number), at=MONDAY)
    tell(county.dispatcher, "warm", at=MONDAY - HOUR)
    send_due(at=MONDAY - HOUR)

    with django_assert_num_queries(14):
        assert send_due(at=MONDAY) == 20


def test_danger_goes_before_a_pile(county: Banner, drum: list[Letter]) -> None:
    for number in range(40):
        tell(county.dispatcher, str(number), at=MONDAY)
    tell(county.dispatcher, "danger", at=MONDAY + MINUTE, urgent=True)

    assert send_due(at=MONDAY + MINUTE) == 41

    assert any(letter.urgent for letter in drum[:32])


def test_preference_changed_overnight_holds_when_the_letter_would_go(
    county: Banner, drum: list[Letter]
) -> None:
    tell(county.dispatcher, "a", at=NIGHT)
    with scope.acting(county.dispatcher):
        actions.choose(
            by=county.dispatcher, muted=[], quiet_from=dt.time(21, 30), quiet_until=dt.time(9)
        )

    assert send_due(at=MORNING) == 0
    assert send_due(at=MORNING + dt.timedelta(hours=1, minutes=30)) == 1
