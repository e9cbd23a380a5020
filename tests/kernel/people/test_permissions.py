from pathlib import Path

import pytest
from tests.factories.world import MONDAY, Banner, actor, division, opening, take

from guapeng.apps.concerns.models import Concern
from guapeng.kernel.divisions.models import Division, Level
from guapeng.kernel.matters import engine
from guapeng.kernel.matters.models import Matter
from guapeng.kernel.people import scope
from guapeng.kernel.people.permissions import SUBJECTS, WORDS, permissions_page
from guapeng.kernel.people.roles import AREA_WORDS, roles

PAGE = Path(__file__).parents[3] / "docs" / "reference" / "permissions.md"
ADMINISTRATORS = {"audit_admin", "security_admin", "system_admin"}
NO_CONTENT = {"board", "access_log", "configuration"}

# Whose post lies where in the scene, and which of its four concerns the post opens.
SEEN_BY_POST = {
    "grid_worker": ("grid", {"own grid"}),
    "grid_leader": ("grid", {"own grid"}),
    "village_secretary": ("village", {"own grid", "next grid"}),
    "township_leader": ("township", {"own grid", "next grid", "next village"}),
    "dispatcher": ("county", {"own grid", "next grid", "next village", "next township"}),
    "dispatch_lead": ("county", {"own grid", "next grid", "next village", "next township"}),
    "petition_liaison": ("county", {"own grid", "next grid", "next village", "next township"}),
    "department_officer": ("county", set()),
    "lead_firm": ("county", set()),
    "volunteer": ("village", set()),
    "mediator": ("village", set()),
    "supervisory_member": ("village", set()),
    "archive_clerk": ("county", set()),
    "school_registrar": ("county", set()),
    "privacy_officer": ("county", set()),
    "audit_admin": ("county", set()),
    "security_admin": ("county", set()),
    "system_admin": ("county", set()),
}


def places(banner: Banner) -> dict[str, Division]:
    next_village = division("丙嘎查", "150999200202", Level.VILLAGE, banner.township)
    next_township = division("丁镇", "150999100000", Level.TOWNSHIP, banner.county)
    far_village = division("戊嘎查", "150999100201", Level.VILLAGE, next_township)
    return {
        "own grid": banner.grid,
        "next grid": division("第二网格", "150999200201002", Level.GRID, banner.village),
        "next village": division("第一网格", "150999200202001", Level.GRID, next_village),
        "next township": division("第一网格", "150999100201001", Level.GRID, far_village),
    }


def reported(banner: Banner, place: Division) -> Matter:
    with scope.acting(banner.resident):
        return engine.open_matter(
            "concern", opening(place), by=banner.resident, at=MONDAY, text="水管漏水"
        )


def test_committed_page_equals_the_matrix() -> None:
    assert PAGE.read_text("utf-8") == permissions_page(), "run: guapeng people permissions"


def test_matrix_has_the_subjects_and_words_the_page_explains() -> None:
    for role in roles().values():
        assert list(role.cells) == list(SUBJECTS), role.key
        assert frozenset().union(*role.cells.values()) <= WORDS.keys(), role.key


def test_nobody_may_export() -> None:
    assert "export" not in WORDS
    assert not [role.key for role in roles().values() if "export" in role.cells]


@pytest.mark.parametrize("role", SEEN_BY_POST)
def test_post_opens_the_concerns_of_its_own_place_alone(banner: Banner, role: str) -> None:
    where, expected = SEEN_BY_POST[role]
    matters = {name: reported(banner, place).pk for name, place in places(banner).items()}

    with scope.acting(actor(role, getattr(banner, where), banner.housing)):
        opened = set(Concern.objects.values_list("matter_id", flat=True))

    assert opened == {matters[name] for name in expected}


def test_department_officer_opens_what_is_assigned_and_nothing_else(banner: Banner) -> None:
    here, there = (reported(banner, place) for place in list(places(banner).values())[:2])
    take(
        "dispatch",
        here,
        banner.dispatcher,
        lead=banner.water,
        assisting=[],
        category=banner.pipes,
        urgency=3,
    )

    with scope.acting(banner.water_officer):
        assert list(Concern.objects.values_list("matter_id", flat=True)) == [here.pk]
    assert there.pk != here.pk


def test_asker_opens_the_own_concern(banner: Banner) -> None:
    matter = reported(banner, banner.grid)

    with scope.acting(banner.resident):
        assert Concern.objects.get().matter_id == matter.pk
    with scope.acting(actor()):
        assert not Concern.objects.exists()


@pytest.mark.parametrize("role", sorted(ADMINISTRATORS))
def test_administrators_cannot_read_content(role: str) -> None:
    cells = roles()[role].cells

    assert {subject for subject, words in cells.items() if words} <= NO_CONTENT


def test_the_three_administrators_share_no_duty() -> None:
    duties = [roles()[role].cells["configuration"] for role in sorted(ADMINISTRATORS)]

    assert len(set(duties)) == len(ADMINISTRATORS)
    assert {r.key for r in roles().values() if r.cells["configuration"]} == ADMINISTRATORS


def test_contact_of_an_area_opens_only_after_a_stated_reason() -> None:
    openly = [
        role.key
        for role in roles().values()
        if role.sees_area("reporter_contact") and not role.may("r", "reporter_contact")
    ]

    assert openly == []


@pytest.mark.parametrize("subject", ["reporter_contact", "household_ledger", "child_record"])
def test_nobody_sees_the_people_of_a_whole_county_but_who_answers_the_telephone(
    subject: str,
) -> None:
    whole_county = {role.key for role in roles().values() if "c" in role.cells[subject]}

    assert whole_county <= {"dispatcher", "dispatch_lead", "petition_liaison"}


def test_ballot_content_opens_to_no_post_in_order() -> None:
    seers = {role.key for role in roles().values() if role.cells["ballot_content"]}

    assert seers == {"resident", "guardian", "owners_teller"}
    assert roles()["owners_teller"].cells["ballot_content"] == {"shuffled"}


def test_everybody_sees_who_looked_at_them() -> None:
    oversees = {"c", "unit"}
    blind = [
        role.key for role in roles().values() if not role.cells["access_log"] & ({"o"} | oversees)
    ]

    # Administrators are residents too; as administrators they see no log but the auditor's.
    assert blind == ["security_admin", "system_admin"]


def test_nobody_may_write_the_access_log() -> None:
    assert all(role.cells["access_log"] <= AREA_WORDS | {"o", "unit"} for role in roles().values())
