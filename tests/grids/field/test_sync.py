"""Records from a telephone: each taken once, by itself, within the grid, or told why not."""

import datetime as dt
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.db import DatabaseError
from tests.factories import accounts, pictures
from tests.factories.world import Banner, division, take
from tests.grids.field.scene import (
    Phone,
    ended_post,
    household,
    patrol_place,
    photo,
    report,
    visit,
    visits,
    worker,
)
from tests.stories.test_concern import RESULT, dispatch
from tests.stories.test_concern import report as reported

from guapeng.apps.grids.field import visits as verbs
from guapeng.apps.grids.models import PhotoPart, VisitPhoto
from guapeng.kernel.divisions.models import Division, Level
from guapeng.kernel.journal.models import Entry
from guapeng.kernel.matters.models import Channel, Matter
from guapeng.kernel.people import scope
from guapeng.kernel.people.actors import SYSTEM


@pytest.fixture
def phone(banner: Banner) -> Phone:
    return Phone(worker(banner))


@pytest.fixture
def next_grid(banner: Banner) -> Division:
    return division("第二网格", "150999200201002", Level.GRID, banner.village)


def all_matters() -> list[Matter]:
    with scope.acting(SYSTEM):
        return list(Matter.objects.order_by("pk"))


def test_visit_without_words_and_photo_is_complete(banner: Banner, phone: Phone) -> None:
    home = household(banner.grid)

    assert phone.states(visit(home, found="")) == ["taken"]

    (kept,) = visits()
    assert (kept.household_id, kept.place_id, kept.found) == (home.pk, None, "")
    assert kept.acting_as == f"role:grid_worker@{banner.grid.pk}"
    assert Entry.objects.filter(event="field.visit").count() == 1


def test_record_sent_again_is_known_and_changes_nothing(banner: Banner, phone: Phone) -> None:
    one = visit(household(banner.grid))
    two = report(banner.grid)
    phone.sync(one, two)

    assert phone.states(two, one, one | {"found": "别的话"}) == ["known", "known", "known"]

    assert [kept.found for kept in visits()] == ["一切都好"]
    assert len(all_matters()) == 1


def test_patrol_place_is_looked_at(banner: Banner, phone: Phone) -> None:
    place = patrol_place(banner.grid)

    assert phone.states(visit(place)) == ["taken"]

    assert phone.carried()["sections"]["places"][0]["last"] == visit(place)["on"]


def test_call_is_a_visit_too(banner: Banner, phone: Phone) -> None:
    phone.sync(visit(household(banner.grid), how="call"))

    assert [kept.how for kept in visits()] == ["call"]


def test_household_of_another_grid_is_refused(phone: Phone, next_grid: Division) -> None:
    stranger = household(next_grid)

    (answer,) = phone.sync(visit(stranger))

    assert answer["state"] == "refused"
    assert "不在您的网格" in answer["says"]
    assert visits() == []


def test_report_opens_a_concern_of_the_grid(banner: Banner, phone: Phone) -> None:
    seen = report(
        banner.grid,
        place="东门口",
        lon=120.001,
        lat=43.001,
        fields={"text": "水管漏水", "category": str(banner.pipes.pk)},
    )

    (answer,) = phone.sync(seen)

    (matter,) = all_matters()
    assert answer == {"id": seen["id"], "state": "taken", "number": matter.number}
    assert (matter.title, matter.category) == ("供水管道", "01001")
    assert (matter.channel, matter.grid_id) == (Channel.GRID, banner.grid.pk)
    assert (matter.place, matter.lon) == ("东门口", 120.001)


def test_report_of_another_grid_is_refused(phone: Phone, next_grid: Division) -> None:
    assert phone.states(report(next_grid)) == ["refused"]
    assert all_matters() == []


def test_closed_concern_is_verified(banner: Banner, phone: Phone) -> None:
    matter = dispatch(banner, reported(banner))
    take("sign_in", matter, banner.water_officer)
    take("give_result", matter, banner.water_officer, **RESULT)
    carried = phone.carried()["sections"]
    (task,) = carried["tasks"]
    assert task["number"] == matter.number
    assert task["outcome"] == "已更换水管"
    assert [one["name"] for one in carried["forms"][task["steps"][0]]["fields"]] == [
        "holds",
        "found",
    ]
    checked = {"id": str(uuid.uuid4()), "kind": "step", "matter": matter.number, "step": "verify"}
    checked["fields"] = {"holds": "yes", "found": "看过，修好了"}  # type: ignore[assignment]

    assert phone.states(checked, checked) == ["taken", "known"]

    assert [one.state for one in all_matters()] == ["asking"]
    assert phone.carried()["sections"]["tasks"] == []


def test_step_that_somebody_else_took_first_says_so(banner: Banner, phone: Phone) -> None:
    matter = dispatch(banner, reported(banner))
    take("sign_in", matter, banner.water_officer)
    take("give_result", matter, banner.water_officer, **RESULT)
    take("verify", matter, banner.secretary, holds=True, found="")
    checked = {"id": str(uuid.uuid4()), "kind": "step", "matter": matter.number, "step": "verify"}

    (answer,) = phone.sync(checked | {"fields": {"holds": "yes"}})

    assert answer["state"] == "refused"
    assert "核查" in answer["says"]


def test_photo_arrives_in_pieces_and_belongs_to_its_visit(banner: Banner, phone: Phone) -> None:
    seen, content = visit(household(banner.grid)), pictures.photo()
    shot = photo(seen, content)
    phone.sync(seen)

    assert phone.sync(shot) == [{"id": shot["id"], "state": "incomplete", "have": 0}]
    assert phone.put(shot["id"], content[:1000])["have"] == 1000
    assert phone.put(shot["id"], content[1500:], start=1500)["have"] == 1000
    assert phone.sync(shot)[0]["have"] == 1000
    assert phone.put(shot["id"], content[1000:1500], start=1000)["have"] == len(content)
    assert phone.states(shot, shot) == ["taken", "known"]

    with scope.acting(SYSTEM):
        (kept,) = VisitPhoto.objects.select_related("visit", "blob")
        assert PhotoPart.objects.count() == 0
    assert (kept.visit.uid, kept.blob.sha256) == (uuid.UUID(seen["id"]), shot["sha256"])
    got = phone.client.get(f"/field/pictures/{kept.pk}/")
    assert b"".join(got.streaming_content) == content  # type: ignore[attr-defined]


def test_photo_belongs_to_its_report(banner: Banner, phone: Phone) -> None:
    seen, content = report(banner.grid), pictures.photo()
    shot = photo(seen, content)
    phone.put(shot["id"], content)

    assert phone.states(shot, seen, shot) == ["later", "taken", "taken"]

    with scope.acting(SYSTEM):
        (kept,) = all_matters()[0].attachments.all()
        assert kept.blob_id == shot["sha256"]


def test_photo_of_somebody_elses_report_is_refused(banner: Banner, phone: Phone) -> None:
    other = Phone(worker(banner, "deputy"))
    seen, content = report(banner.grid), pictures.photo()
    shot = photo(seen, content)
    other.sync(seen)
    phone.put(shot["id"], content)

    assert phone.states(shot) == ["refused"]


def test_pages_are_no_photos(banner: Banner, phone: Phone) -> None:
    seen = visit(household(banner.grid))
    shot = photo(seen, pictures.PAGE)
    phone.put(shot["id"], pictures.PAGE)

    assert phone.states(seen, shot) == ["taken", "refused"]


def test_error_of_the_server_amid_a_batch_loses_nothing(
    banner: Banner, phone: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = [visit(household(banner.grid, f"{n}号")) for n in range(3)]
    write: Callable[..., Any] = verbs._tell  # noqa: SLF001
    fails = iter([False, True, False])

    def failing(*args: Any, **kwargs: Any) -> None:
        write(*args, **kwargs)
        if next(fails):
            raise DatabaseError

    monkeypatch.setattr(verbs, "_tell", failing)

    assert phone.states(*seen) == ["taken", "later", "taken"]
    monkeypatch.undo()
    assert phone.states(*seen) == ["known", "taken", "known"]
    assert len(visits()) == 3


@pytest.mark.parametrize(
    "sent",
    [
        {"kind": "dance"},
        {"kind": "visit"},
        {"kind": "visit", "on": "morgen"},
        {"kind": "report", "grid": "1", "fields": "text"},
        {"kind": "step", "matter": "x", "step": "verify"},
        {"kind": "photo", "of": str(uuid.uuid4()), "name": "a.jpg", "sha256": "no"},
    ],
)
def test_what_cannot_be_read_is_refused_with_a_reason(phone: Phone, sent: dict[str, Any]) -> None:
    (answer,) = phone.sync(sent | {"id": str(uuid.uuid4())})

    assert answer["state"] == "refused"
    assert answer["says"]


@pytest.mark.parametrize("days", [3, -61])
def test_visit_on_a_day_to_come_or_long_past_is_refused(
    banner: Banner, phone: Phone, days: int
) -> None:
    day = dt.datetime.now(tz=dt.UTC).date() + dt.timedelta(days=days)

    assert phone.states(visit(household(banner.grid), on=str(day))) == ["refused"]


def test_too_large_a_batch_is_not_read(banner: Banner, phone: Phone) -> None:
    many = [visit(household(banner.grid))] * 51

    answer = phone.client.post("/field/sync/", {"records": many}, content_type="application/json")

    assert answer.status_code == 400
    assert visits() == []


def test_telephone_is_wiped_when_the_post_has_ended(banner: Banner) -> None:
    person = worker(banner)
    phone = Phone(person)
    seen = visit(household(banner.grid))
    whose = phone.carried()["whose"]
    ended_post(person)

    for answer in (
        phone.client.get("/field/carried/"),
        phone.client.post("/field/sync/", {"records": [seen]}, content_type="application/json"),
    ):
        assert answer.status_code == 403
        assert answer.json() == {"state": "wiped", "whose": whose}
    assert visits() == []


def test_telephone_keeps_its_store_while_nobody_is_signed_in(banner: Banner, phone: Phone) -> None:
    phone.client.logout()

    answer = phone.client.get("/field/carried/")

    assert (answer.status_code, answer.json()) == (401, {"state": "sign_in"})


def test_secretary_reads_visits_and_does_no_field_work(banner: Banner, phone: Phone) -> None:
    phone.sync(visit(household(banner.grid)))
    secretary = accounts.enter("secretary", "village_secretary", banner.village)

    assert Phone(secretary).client.get("/field/carried/").status_code == 403
    with scope.acting(accounts.acting(secretary)):
        assert [one.found for one in verbs.Visit.objects.all()] == ["一切都好"]
    with scope.acting(banner.dispatcher):
        assert verbs.Visit.objects.count() == 0


def test_visits_are_forgotten_after_a_year(banner: Banner, phone: Phone) -> None:
    phone.sync(visit(household(banner.grid)))
    now = dt.datetime.now(tz=dt.UTC)

    assert verbs.forget_visits(at=now + dt.timedelta(days=364)) == 0
    assert verbs.forget_visits(at=now + dt.timedelta(days=367)) == 1
    assert visits() == []
