"""Calling back somebody without a name: who has the matter reads the number, and it is noted."""

from django.test import Client
from django.utils import timezone
from tests.factories.world import Banner, opening, take
from tests.kernel.matters.test_api import signed_in

from guapeng.apps.concerns.models import Contact
from guapeng.kernel.journal.models import Entry
from guapeng.kernel.matters import engine
from guapeng.kernel.matters.models import Matter
from guapeng.kernel.people import scope
from guapeng.kernel.people.actors import ANONYMOUS, SYSTEM
from guapeng.kernel.people.sealed import seal

PHONE = "10012345678"


def report(banner: Banner) -> Matter:
    with scope.acting(SYSTEM):
        matter = engine.open_matter(
            "concern", opening(banner.grid), by=ANONYMOUS, at=timezone.now(), text="漏水"
        )
        Contact.objects.create(matter=matter, phone_sealed=seal(PHONE))
    return matter


def test_unit_in_charge_reads_the_number_and_the_journal_says_so(banner: Banner) -> None:
    matter = report(banner)
    given = {"lead": banner.water, "assisting": [], "category": banner.pipes, "urgency": 3}
    take("dispatch", matter, banner.dispatcher, at=timezone.now(), **given)

    answer = signed_in(banner.water_officer).post(f"/concerns/{matter.number}/call/")

    assert PHONE in answer.content.decode()
    with scope.acting(SYSTEM):
        line = Entry.objects.get(event="concern.phone_opened")
        assert line.actor == banner.water_officer.person_id
        assert PHONE not in line.says + line.data


def test_number_is_not_for_those_who_have_no_part(banner: Banner) -> None:
    matter = report(banner)

    for client in (signed_in(banner.water_officer), signed_in(banner.resident)):
        assert client.post(f"/concerns/{matter.number}/call/").status_code == 404
    assert Client().post(f"/concerns/{matter.number}/call/").status_code == 302
    assert signed_in(banner.dispatcher).get(f"/concerns/{matter.number}/call/").status_code == 405
