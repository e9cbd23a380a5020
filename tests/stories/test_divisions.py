"""A county's villages are renamed, merged and split while matters are under way in them."""

import datetime as dt
import itertools
from pathlib import Path

import orjson
import pytest
from django.db import transaction
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.factories import accounts
from tests.factories.world import MONDAY, Banner, actor, division, opening, take
from tests.stories.test_concern import RESULT, dispatch, report

from guapeng.apps.concerns.models import Concern
from guapeng.kernel.divisions.imports import ImportReport, import_divisions
from guapeng.kernel.divisions.models import Division, Level
from guapeng.kernel.journal.models import Entry
from guapeng.kernel.matters import engine, queries
from guapeng.kernel.matters.models import Matter
from guapeng.kernel.matters.statistics import folding
from guapeng.kernel.people import scope
from guapeng.kernel.people.actors import SYSTEM, Actor, actor_of
from guapeng.kernel.people.holders import holders
from guapeng.kernel.people.models import Account, Person, Post

TUESDAY = MONDAY.date() + dt.timedelta(days=1)
HERE, THERE, FRESH = "150999200201", "150999200202", "150999200203"
TOWNSHIP = "150999200000"

# What becomes of the village 乙嘎查 (HERE), beside its neighbour 丙嘎查 (THERE).
WHOLE = {
    "renamed": [(HERE, "新乙嘎查", "")],
    "given another code": [(FRESH, "乙嘎查", HERE)],
    "merged into a new one": [(FRESH, "乙丙嘎查", f"{HERE}、{THERE}")],
    "merged into its neighbour": [(THERE, "丙嘎查", HERE)],
    "its code given away": [(FRESH, "乙嘎查", HERE), (HERE, "另一嘎查", THERE)],
}


@pytest.fixture
def neighbour(banner: Banner) -> Division:
    return division("丙嘎查", THERE, Level.VILLAGE, banner.township)


def change(tmp_path: Path, lines: list[tuple[str, str, str]]) -> ImportReport:
    file = tmp_path / "list.csv"
    rows = (",".join(line) for line in [("代码", "名称", "原代码"), *lines])
    file.write_text("\n".join(rows), encoding="utf-8")
    return import_divisions(file, scheme="test", valid_from=TUESDAY, at=MONDAY)


def then(who: Actor) -> Actor:
    """Return who acts on the day from which the new list holds."""
    return actor_of(Account(person_id=who.known_person), on=TUESDAY)


def answered(banner: Banner) -> Matter:
    """Return a concern that waits for somebody of the place to look."""
    matter = dispatch(banner, report(banner))
    take("sign_in", matter, banner.water_officer)
    return take("give_result", matter, banner.water_officer, **RESULT)


@pytest.mark.parametrize("change_to", WHOLE)
def test_secretary_goes_on_with_what_was_begun(
    banner: Banner, neighbour: Division, tmp_path: Path, change_to: str
) -> None:
    matter, old_key = answered(banner), f"role:village_secretary@{banner.village.pk}"

    assert change(tmp_path, WHOLE[change_to]).problems == ()

    secretary = then(banner.secretary)
    with scope.acting(secretary):
        waiting = [row.matter_id for row in queries.waiting_for(secretary)]
        opened = set(Concern.objects.values_list("matter_id", flat=True))
    assert (waiting, opened) == ([matter.pk], {matter.pk})
    told = holders({old_key}, on=TUESDAY)[old_key]
    assert banner.secretary.known_person in told
    assert take("verify", matter, secretary, holds=True, found="").state == "asking"


@pytest.mark.parametrize("change_to", WHOLE)
def test_board_and_statistics_of_the_heir_hold_what_was_before(
    client: Client, banner: Banner, neighbour: Division, tmp_path: Path, change_to: str
) -> None:
    matter = report(banner)
    folding.fold(at=MONDAY)

    change(tmp_path, WHOLE[change_to])

    heir = Post.objects.get(
        person=banner.secretary.known_person, role="village_secretary", valid__contains=TUESDAY
    ).division
    assert heir.valid.upper is None
    assert heir.pk != banner.village.pk
    rows = client.get("/board/", {"place": heir.pk}).context["rows"]
    assert [row.number for row in rows] == [matter.number]


@pytest.mark.parametrize("change_to", WHOLE)
def test_the_same_list_again_changes_nothing(
    banner: Banner, neighbour: Division, tmp_path: Path, change_to: str
) -> None:
    first = change(tmp_path, WHOLE[change_to])
    rows, posts = everything()

    again = change(tmp_path, WHOLE[change_to])

    assert (again.changes, again.waiting) == ({}, ())
    assert everything() == (rows, posts)
    line = Entry.objects.get(event="divisions.import")
    assert line.subject == "divisions:test"
    assert first.changes.items() <= orjson.loads(line.data).items()


def everything() -> tuple[list[dict], list[dict]]:
    rows, posts = Division.objects.order_by("pk"), Post.objects.order_by("pk")
    return list(rows.values()), list(posts.values())


def test_leader_of_a_renamed_township_sees_and_its_board_shows(
    client: Client, banner: Banner, tmp_path: Path
) -> None:
    leader, matter = actor("township_leader", banner.township), report(banner)
    folding.fold(at=MONDAY)

    change(tmp_path, [(TOWNSHIP, "新甲苏木", "")])

    with scope.acting(then(leader)):
        assert [case.matter_id for case in Concern.objects.all()] == [matter.pk]
    heir = Division.objects.get(name="新甲苏木")
    rows = client.get("/board/", {"place": heir.pk}).context["rows"]
    assert [row.number for row in rows] == [matter.number]
    banner.grid.refresh_from_db()
    assert heir.pk in banner.grid.lineage


def test_two_secretaries_of_a_merged_village_are_named_for_a_person(
    banner: Banner, neighbour: Division, tmp_path: Path
) -> None:
    actor("village_secretary", neighbour)

    waiting = change(tmp_path, WHOLE["merged into a new one"]).waiting

    assert [(one.name, one.words) for one in waiting] == [
        ("乙丙嘎查", ("嘎查村（社区）书记现有2人",))
    ]


def test_split_village_stays_with_its_secretary_and_is_left_to_a_person(
    banner: Banner, tmp_path: Path
) -> None:
    matter = answered(banner)

    report_ = change(tmp_path, [(FRESH, "东乙嘎查", HERE), (THERE, "西乙嘎查", HERE)])

    assert report_.changes == {"begun": 2, "split": 1, "ended": 1}  # its grid, of which nobody told
    assert [(one.name, one.words) for one in report_.waiting] == [
        ("乙嘎查", ("分为东乙嘎查、西乙嘎查", "任职1个", "未办结事项1件")),
        ("第一网格", ("终止，没有写明由谁承接", "任职1个", "未办结事项1件")),
    ]
    secretary = then(banner.secretary)
    assert take("verify", matter, secretary, holds=True, found="").state == "asking"
    assert not Post.objects.filter(division__name__endswith="西乙嘎查").exists()


def test_grid_of_a_split_village_goes_where_the_list_puts_it(
    banner: Banner, tmp_path: Path
) -> None:
    file = tmp_path / "list.csv"
    file.write_text(
        "code,name,parent,formerly\n"
        f"{FRESH},东乙嘎查,,{HERE}\n{THERE},西乙嘎查,,{HERE}\n{HERE}001,第一网格,{THERE},\n",
        encoding="utf-8",
    )

    import_divisions(file, scheme="test", valid_from=TUESDAY, at=MONDAY)

    (post,) = then(banner.grid_worker).posts
    assert Division.objects.get(name="西乙嘎查").pk in post.lineage
    assert post.formerly == (banner.grid.pk,)


def test_part_set_up_by_itself_takes_nothing_along(banner: Banner, tmp_path: Path) -> None:
    report_ = change(tmp_path, [(HERE, "乙嘎查", ""), (FRESH, "戊社区", HERE)])

    assert report_.changes == {"begun": 1, "corrected": 1}  # the kind, which the scene left out
    assert [(one.name, one.words) for one in report_.waiting] == [
        ("戊社区", ("由乙嘎查分出，岗位、单位、住户、事项仍在原处",))
    ]
    assert then(banner.secretary).posts[0].division_id == banner.village.pk
    assert Division.objects.get(name="戊社区").formerly == []


def test_village_that_ended_can_still_be_given_an_heir(
    banner: Banner, neighbour: Division, tmp_path: Path
) -> None:
    matter = answered(banner)
    first = change(tmp_path, [(TOWNSHIP, "甲苏木", ""), (THERE, "丙嘎查", "")])
    assert first.waiting[0].words == ("终止，没有写明由谁承接", "任职1个", "未办结事项1件")

    change(tmp_path, [(TOWNSHIP, "甲苏木", ""), (THERE, "丙嘎查", HERE)])

    secretary = then(banner.secretary)
    assert secretary.posts[0].division_id == neighbour.pk
    assert take("verify", matter, secretary, holds=True, found="").state == "asking"


def test_village_moved_to_another_township_is_told_with_what_stays(
    banner: Banner, tmp_path: Path
) -> None:
    matter = answered(banner)
    division("丁镇", "150999100000", Level.TOWNSHIP, banner.county)

    waiting = change(tmp_path, [("150999100201", "乙嘎查", HERE)]).waiting

    words = "此前的未办结事项1件，上一级仍由原来的上级办完"
    assert [(one.name, one.words) for one in waiting] == [("乙嘎查", (words,))]
    assert take("verify", matter, then(banner.secretary), holds=True, found="").state == "asking"


def test_merged_village_has_the_units_homes_and_households_of_both(
    banner: Banner, neighbour: Division, tmp_path: Path
) -> None:
    unit = banner.water
    unit.division = banner.village
    unit.save()
    Person.objects.filter(pk=banner.resident.known_person).update(home=neighbour)
    Division.objects.filter(pk__in=[banner.village.pk, neighbour.pk]).update(households=300)

    change(tmp_path, WHOLE["merged into a new one"])

    heir = Division.objects.get(name="乙丙嘎查")
    unit.refresh_from_db()
    assert (unit.division, heir.households) == (heir, 600)
    assert Person.objects.get(pk=banner.resident.known_person).home == heir
    assert set(heir.formerly) == {banner.village.pk, neighbour.pk}


def test_post_of_the_same_person_in_both_places_is_one_post_of_the_heir(
    banner: Banner, neighbour: Division, tmp_path: Path
) -> None:
    person = Person.objects.get(pk=banner.secretary.known_person)
    until = TUESDAY + dt.timedelta(days=30)
    Post.objects.create(
        person=person, role="village_secretary", division=neighbour, valid=(TUESDAY, until)
    )

    change(tmp_path, WHOLE["merged into its neighbour"])

    spans = person.posts.filter(valid__overlap=(TUESDAY, None)).order_by("valid")
    assert [(one.division, one.valid.lower, one.valid.upper) for one in spans] == [
        (neighbour, TUESDAY, until),
        (neighbour, until, None),
    ]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ((FRESH, "丁嘎查", "150999200299"), "没有登记过"),
        ((FRESH, "丁嘎查", TOWNSHIP), "级别与本级不同"),
    ],
)
def test_past_that_cannot_be_is_refused(
    banner: Banner, tmp_path: Path, line: tuple[str, str, str], said: str
) -> None:
    (problem,) = change(tmp_path, [line]).problems

    assert said in str(problem)


def test_inbox_page_of_the_secretary_holds_what_was_begun(
    banner: Banner, neighbour: Division, tmp_path: Path
) -> None:
    person = accounts.enter("secretary", "village_secretary", banner.village)
    matter = answered(banner)

    change(tmp_path, WHOLE["merged into its neighbour"])

    page = accounts.sign_in(person).get("/inbox/")
    assert matter.number in page.content.decode()
    assert accounts.sign_in(person).get(f"/m/{matter.number}/verify/").status_code == 200


def test_changes_one_after_the_other_lead_from_the_first_to_the_last(
    banner: Banner, neighbour: Division, tmp_path: Path
) -> None:
    matter = answered(banner)
    names = itertools.cycle(["丙丙嘎查", "丙嘎查"])

    change(tmp_path, WHOLE["merged into its neighbour"])
    for days in range(1, 4):
        file = tmp_path / f"{days}.csv"
        file.write_text(f"code,name\n{THERE},{next(names)}\n", encoding="utf-8")
        day = TUESDAY + dt.timedelta(days=days)
        import_divisions(file, scheme="test", valid_from=day, at=MONDAY)

    last = actor_of(Account(person_id=banner.secretary.known_person), on=day)
    assert take("verify", matter, last, holds=True, found="").state == "asking"
    with scope.acting(SYSTEM):
        assert Matter.objects.get().village_id == banner.village.pk


@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(rounds=st.lists(st.tuples(*[st.sampled_from(["stay", "rename", "join"])] * 4), max_size=4))
def test_whatever_is_renamed_and_merged_nobody_is_left_behind(
    banner: Banner, tmp_path: Path, rounds: list[tuple[str, ...]]
) -> None:
    with transaction.atomic():
        whose = {}
        for number in range(4):
            village = division(
                f"{number}嘎查", f"15099920030{number}", Level.VILLAGE, banner.township
            )
            whose[actor("village_secretary", village)] = raised_in(banner, village).pk

        for days, fates in enumerate(rounds, start=1):
            day = TUESDAY + dt.timedelta(days=days)
            file = tmp_path / "list.csv"
            file.write_text("\n".join(["code,name,formerly", *lines_of(fates, day)]), "utf-8")
            assert import_divisions(file, scheme="test", valid_from=day, at=MONDAY).problems == ()

        last = TUESDAY + dt.timedelta(days=len(rounds))
        for who, matter in whose.items():
            now = actor_of(Account(person_id=who.known_person), on=last)
            with scope.acting(now):
                assert matter in set(Concern.objects.values_list("matter_id", flat=True))
            (post,) = now.posts
            assert Division.objects.get(pk=post.division_id).valid.upper is None
        transaction.set_rollback(True)


def lines_of(fates: tuple[str, ...], day: dt.date) -> list[str]:
    """Return a list in which villages keep or change their names, or join the first that stays."""
    there = {
        one.code: one.name
        for one in Division.objects.filter(code__startswith="15099920030", valid__contains=day)
    }
    decided = dict(zip(there, fates, strict=False))
    first = next((code for code, fate in decided.items() if fate != "join"), None)
    joining = [code for code, fate in decided.items() if fate == "join" and first]
    return [
        f"{code},{there[code]}{'新' if fate == 'rename' else ''},"
        + (" ".join([code, *joining]) if code == first and joining else "")
        for code, fate in decided.items()
        if code not in joining
    ]


def raised_in(banner: Banner, village: Division) -> Matter:
    with scope.acting(banner.resident):
        return engine.open_matter(
            "concern", opening(village), by=banner.resident, at=MONDAY, text="水管漏水"
        )
