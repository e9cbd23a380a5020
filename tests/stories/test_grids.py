"""A plan of grids, played by everybody who takes part in it, through the pages they use."""

import datetime as dt
import uuid
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from tests.factories import plans
from tests.factories.world import MONDAY, Banner, actor, division, opening
from tests.kernel.matters.test_api import signed_in

from guapeng.apps.grids.models import Plan, Redivision, Version
from guapeng.apps.grids.plans.publishing import publish
from guapeng.kernel.divisions import queries as divisions
from guapeng.kernel.divisions.models import Division, Level
from guapeng.kernel.matters import engine
from guapeng.kernel.matters.jobs import take_due_steps
from guapeng.kernel.matters.models import Matter
from guapeng.kernel.people import scope
from guapeng.kernel.people.actors import SYSTEM, Actor, actor_of
from guapeng.kernel.people.models import Account, Post

TODAY = timezone.localdate()
SOON = TODAY + dt.timedelta(days=3)


@pytest.fixture
def leader(banner: Banner) -> Actor:
    return actor("township_leader", banner.township)


def ask(client: Client, address: str, **content: Any) -> Any:
    return client.post(address, content, content_type="application/json")


class Editor:
    """The editor of a plan in the hands of one person, by its questions to the server."""

    def __init__(self, by: Actor, plan: Plan) -> None:
        self.client, self.at = signed_in(by), f"/grids/plans/{plan.uid}/"
        self.ground = self.client.get(f"{self.at}ground/").json()
        self.draft = self.ground["draft"]

    def asks(self, question: str, **more: Any) -> Any:
        return ask(self.client, f"{self.at}{question}/", draft=self.draft, **more)

    def takes(self, question: str, **more: Any) -> None:
        answer = self.asks(question, **more)
        assert answer.status_code == 200, answer.content
        self.draft = answer.json()["draft"]

    def saves(self, name: str = "", uid: uuid.UUID | None = None) -> Any:
        return self.asks("versions", uid=str(uid or uuid.uuid4()), name=name, based_on=1)

    def codes(self) -> list[str]:
        return [one["code"] for one in self.draft["grids"]]

    def submits(self, number: int, effective_on: dt.date = SOON, **more: Any) -> Any:
        with scope.acting(SYSTEM):
            version = Version.objects.get(plan__uid=self.ground["plan"], number=number)
        given = {"version": version.pk, "reason": "新建小区入住", "effective_on": effective_on}
        return self.client.post(f"{self.at}submit/", given | {"uid": str(uuid.uuid4())} | more)


def begun(banner: Banner) -> Plan:
    """Begin a plan as the village's secretary does, on the only survey there is."""
    made = plans.survey(banner)
    client = signed_in(banner.secretary)
    client.post(f"/grids/surveys/{made.pk}/begin/", {"uid": str(uuid.uuid4())})
    with scope.acting(SYSTEM):
        return Plan.objects.get()


def step(by: Actor, number: str, key: str, **given: Any) -> Any:
    return signed_in(by).post(f"/m/{number}/{key}/", given)


def the_matter() -> Matter:
    with scope.acting(SYSTEM):
        return Matter.objects.get(workflow="redivision")


def grids(banner: Banner, on: dt.date) -> dict[str, Division]:
    return {one.code: one for one in divisions.children(banner.village, on=on)}


def approved(banner: Banner, leader: Actor, editor: Editor, number: int) -> Matter:
    assert editor.submits(number).status_code == 302
    matter = the_matter()
    step(leader, matter.number, "review", agreed="yes", opinion="")
    step(banner.arbiter, matter.number, "approve", agreed="yes", opinion="同意")
    return the_matter()


def test_plan_begins_with_the_grid_that_is_there(banner: Banner) -> None:
    plan = begun(banner)

    editor = Editor(banner.secretary, plan)

    assert set(editor.draft["assignment"].values()) <= {
        f"{banner.village.code}{number:03d}" for number in range(1, 10)
    }
    assert len(editor.draft["assignment"]) == 72


def test_a_returned_plan_is_mended_approved_and_in_force_on_its_day(
    banner: Banner, leader: Actor
) -> None:
    plan = begun(banner)
    editor = Editor(banner.secretary, plan)
    editor.takes("solve", manner="anew")
    assert editor.saves("初稿").json()["number"] == 2
    editor.submits(2)
    matter = the_matter()
    assert matter.state == "submitted"

    step(leader, matter.number, "review", agreed="no", opinion="东苑不要拆开")
    assert the_matter().state == "returned"
    assert editor.saves("按意见改").json()["number"] == 3
    with scope.acting(SYSTEM):
        version = Version.objects.get(number=3)
    given = {"version": version.pk, "reason": "已改", "effective_on": SOON}
    step(banner.secretary, matter.number, "submit_again", **given)
    step(leader, matter.number, "review", agreed="yes", opinion="")
    step(banner.arbiter, matter.number, "approve", agreed="yes", opinion="")
    assert the_matter().state == "approved"
    midnight = dt.datetime.combine(SOON, dt.time(), timezone.get_default_timezone())
    assert the_matter().due_at == midnight

    assert take_due_steps(at=timezone.now()) == 0
    at = dt.datetime.combine(SOON, dt.time(3), dt.UTC)
    assert take_due_steps(at=at) == 1
    assert take_due_steps(at=at) == 0

    assert the_matter().state == "effective"
    made = grids(banner, SOON)
    assert sorted(made) == editor.codes()
    assert grids(banner, SOON - dt.timedelta(days=1)).keys() == {banner.grid.code}
    assert all(one.outline and one.households for one in made.values())


def test_day_that_passed_while_it_lay_is_not_approved(banner: Banner, leader: Actor) -> None:
    editor = Editor(banner.secretary, begun(banner))
    editor.saves()
    editor.submits(2)
    matter = the_matter()
    step(leader, matter.number, "review", agreed="yes", opinion="")
    with scope.acting(SYSTEM):
        Redivision.objects.update(effective_on=TODAY - dt.timedelta(days=1))

    answer = step(banner.arbiter, matter.number, "approve", agreed="yes", opinion="")

    assert answer.status_code == 422
    assert "生效日期已过" in answer.content.decode()
    assert the_matter().state == "reviewed"


def test_one_plan_of_a_community_is_approved_at_a_time(banner: Banner) -> None:
    editor = Editor(banner.secretary, begun(banner))
    editor.saves()

    assert editor.submits(2).status_code == 302
    again = editor.submits(1)

    assert again.status_code == 422
    assert "已有方案在审批" in again.content.decode()
    assert the_matter().state == "submitted"


def test_what_takes_effect_twice_changes_nothing(banner: Banner, leader: Actor) -> None:
    """The same grids published again, as after a repeat: no row begins or ends."""
    plan, editor = in_two_grids(banner)
    editor.saves()
    approved(banner, leader, editor, _last(plan))
    at = dt.datetime.combine(SOON, dt.time(3), dt.UTC)
    take_due_steps(at=at)
    before = list(Division.objects.order_by("pk").values_list("pk", "valid", "outline"))

    with scope.acting(SYSTEM), transaction.atomic():
        waiting = publish(Redivision.objects.get(), at=at)

    after = list(Division.objects.order_by("pk").values_list("pk", "valid", "outline"))
    assert waiting == []
    assert [(pk, valid, bytes(o or b"")) for pk, valid, o in after] == [
        (pk, valid, bytes(o or b"")) for pk, valid, o in before
    ]


def test_whoever_submits_does_not_approve(banner: Banner) -> None:
    """A secretary who also leads the township must leave the review to somebody else."""
    both = banner.secretary.known_person
    Post.objects.create(
        person_id=both, role="township_leader", division=banner.township, valid=("2020-01-01", None)
    )
    plan = begun(banner)
    editor = Editor(banner.secretary, plan)
    editor.saves()
    editor.submits(2)

    answer = step(banner.secretary, the_matter().number, "review", agreed="yes", opinion="")

    assert answer.status_code == 403
    assert the_matter().state == "submitted"


def test_open_concern_of_a_merged_grid_is_its_heirs(banner: Banner, leader: Actor) -> None:
    """Two grids become one; the worker of the one that goes on answers for what the other left."""
    plan, editor = in_two_grids(banner)
    first, second = editor.codes()
    ended = Division.objects.get(code=second)
    leaver, stayer = actor("grid_worker", ended), _worker(first)
    with scope.acting(banner.resident):
        concern = engine.open_matter(
            "concern",
            opening(ended, title="路灯不亮"),
            by=banner.resident,
            at=MONDAY,
            text="路灯不亮",
        )
    assert _sees(stayer, concern) is False

    editor.draft["assignment"] = dict.fromkeys(editor.draft["assignment"], first)
    assert editor.saves("合并").status_code == 200
    approved(banner, leader, editor, _last(plan))
    take_due_steps(at=dt.datetime.combine(SOON, dt.time(3), dt.UTC))

    assert _sees(_again(stayer, SOON), concern)
    moved = Post.objects.filter(person_id=leaver.person_id, valid__contains=SOON).get()
    assert moved.division.code == first
    assert Division.objects.get(code=second).valid.upper == SOON


def test_split_grid_keeps_its_concern_and_says_what_waits_for_a_person(
    banner: Banner, leader: Actor
) -> None:
    plan, editor = in_two_grids(banner)
    first = editor.codes()[0]
    with scope.acting(banner.resident):
        concern = engine.open_matter(
            "concern",
            opening(Division.objects.get(code=first), title="路灯不亮"),
            by=banner.resident,
            at=MONDAY,
            text="路灯不亮",
        )

    editor.takes("split", code=first, parts=2)
    (fresh,) = set(editor.codes()) - {first, f"{first[:-3]}002"}
    editor.saves("分开")
    approved(banner, leader, editor, _last(plan))
    take_due_steps(at=dt.datetime.combine(SOON, dt.time(3), dt.UTC))

    assert fresh.endswith("003")
    assert _sees(_again(_worker(first), SOON), concern)
    with scope.acting(SYSTEM):
        case = Redivision.objects.get()
    assert fresh in {one["code"] for one in case.waiting}
    made = Division.objects.get(code=fresh)
    assert [one.predecessor.code for one in made.succeeded.all()] == [first]
    shown = signed_in(banner.secretary).get(f"/m/{the_matter().number}/").content.decode()
    assert "由人处理" in shown


def test_retired_code_is_refused(banner: Banner) -> None:
    _plan, editor = in_two_grids(banner)
    old = division("旧网格", f"{banner.village.code}007", Level.GRID, banner.village)
    Division.objects.filter(pk=old.pk).update(valid=("2020-01-01", "2024-01-01"))
    second = editor.codes()[1]
    editor.draft["grids"].append({"code": old.code, "name": "又来", "locked": False})
    editor.draft["assignment"] = {
        building: old.code if code == second else code
        for building, code in editor.draft["assignment"].items()
    }

    answer = editor.saves()

    assert answer.status_code == 422
    assert answer.json()["code"] == "draft.retired"


def test_code_that_ended_meanwhile_is_not_submitted(banner: Banner) -> None:
    plan, editor = in_two_grids(banner)
    second = editor.codes()[1]
    editor.saves()
    Division.objects.filter(code=second).update(valid=DateRange(dt.date(2020, 1, 1), TODAY))

    answer = editor.submits(_last(plan))

    assert answer.status_code == 422
    assert "不能再用" in answer.content.decode()


def test_grid_in_pieces_is_not_submitted(banner: Banner) -> None:
    plan, editor = in_two_grids(banner)
    _first, second = editor.codes()
    corners = [one["code"] for one in editor.ground["buildings"]]
    editor.draft["assignment"][corners[0]] = second
    editor.saves()

    answer = editor.submits(_last(plan))

    assert answer.status_code == 422
    assert "不相连" in answer.content.decode()


def test_saved_twice_is_one_version_and_others_are_told_of(banner: Banner) -> None:
    plan = begun(banner)
    editor, uid = Editor(banner.secretary, plan), uuid.uuid4()

    first, again = editor.saves(uid=uid), editor.saves(uid=uid)
    later = Editor(banner.arbiter, plan).saves()

    assert first.json()["number"] == again.json()["number"] == 2
    assert later.json() == {"number": 3, "name": "", "between": 1}


def test_plans_are_nobody_elses(banner: Banner) -> None:
    plan = begun(banner)
    elsewhere = division("丙嘎查", "150999200202", Level.VILLAGE, banner.township)
    for by in (actor("village_secretary", elsewhere), banner.grid_worker, banner.dispatcher):
        client = signed_in(by)
        for page in ("", "ground/", "compare/", "paper/", "export/?format=geojson", "submit/"):
            assert client.get(f"/grids/plans/{plan.uid}/{page}").status_code == 404
        assert ask(client, f"/grids/plans/{plan.uid}/versions/", draft={}).status_code == 404


def test_pages_cost_the_same_for_one_and_three_versions(banner: Banner) -> None:
    plan = begun(banner)
    editor = Editor(banner.secretary, plan)
    counted = []
    for _ in range(2):
        for page in ("", "compare/"):
            editor.client.get(f"{editor.at}{page}")
            with CaptureQueriesContext(connection) as asked:
                assert editor.client.get(f"{editor.at}{page}").status_code == 200
            counted.append(len(asked))
        editor.saves()
        editor.saves()

    assert counted[:2] == counted[2:]


def test_list_says_how_many_grids_are_out_of_range(banner: Banner) -> None:
    begun(banner)
    client = signed_in(banner.secretary)
    assert "不在范围内" not in client.get("/grids/plans/").content.decode()

    Division.objects.filter(pk=banner.grid.pk).update(households=512)

    shown = client.get("/grids/plans/").content.decode()
    assert "现有1个网格" in shown
    assert "1个户数不在范围内" in shown


def test_list_costs_the_same_for_one_and_three_communities(banner: Banner) -> None:
    begun(banner)
    client = signed_in(banner.arbiter)
    counted = []
    for number in (2, 3, 4):
        client.get("/grids/plans/")
        with CaptureQueriesContext(connection) as asked:
            assert client.get("/grids/plans/").status_code == 200
        counted.append(len(asked))
        name, code = f"第{number}社区", f"15099920020{number}"
        banner.village = division(name, code, Level.VILLAGE, banner.township)
        plans.plan(banner, plans.survey(banner))

    assert counted[0] == counted[1] == counted[2]


def test_desk_reads_of_the_matter_without_its_buildings(banner: Banner, leader: Actor) -> None:
    plan = begun(banner)
    Editor(banner.secretary, plan).saves()
    Editor(banner.secretary, plan).submits(2)

    seen = signed_in(banner.dispatcher).get(f"/m/{the_matter().number}/")
    opened = signed_in(leader).get(f"/m/{the_matter().number}/").content.decode()

    assert seen.status_code == 200
    assert "新建小区入住" in seen.content.decode()
    assert str(plan.uid) not in seen.content.decode()
    assert f"/grids/plans/{plan.uid}/?version=2" in opened


def in_two_grids(banner: Banner) -> tuple[Plan, Editor]:
    """Begin a plan in a village that has two grids, west and east."""
    made = plans.survey(banner)
    west, east = plans.halves(made)
    banner.grid.outline = west
    banner.grid.save()
    second = division("第二网格", f"{banner.village.code}002", Level.GRID, banner.village)
    second.outline = east
    second.save()
    actor("grid_worker", banner.grid)
    return (plan := plans.plan(banner, made)), Editor(banner.secretary, plan)


def _worker(code: str) -> Actor:
    post = Post.objects.filter(role="grid_worker", division__code=code).latest("pk")
    return actor_of(Account(username="x", person=post.person), on=TODAY)


def _again(by: Actor, on: dt.date) -> Actor:
    """Return the same person with the posts of another day."""
    post = Post.objects.filter(person_id=by.person_id).latest("pk")
    return actor_of(Account(username="x", person=post.person), on=on)


def _sees(by: Actor, matter: Matter) -> bool:
    """Tell whether the grid's matter is in the actor's own areas."""
    return bool(set(by.areas) & {matter.grid_id})


def _last(plan: Plan) -> int:
    with scope.acting(SYSTEM):
        return plan.versions.count()
