import datetime as dt

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test import override_settings
from tests.factories.world import MONDAY, Banner, actor, division

from guapeng.kernel.divisions.models import Level
from guapeng.kernel.journal.models import Entry
from guapeng.kernel.people import actions, errors, scope
from guapeng.kernel.people.actors import SYSTEM, Actor
from guapeng.kernel.people.models import Consent, Field, Lookup, Person
from guapeng.kernel.people.queries import card_of, held_about, who_looked
from guapeng.kernel.people.roles import roles
from guapeng.kernel.people.sealed import WrongKey, fingerprint, seal, unseal
from guapeng.plain.identity import resident_id

PHONE = "13812341234"
GROWN_UP, CHILD = "11010519491231002X", "110105201807010028"
WHY = {"purpose": "核实漏水位置", "basis": "answer_request", "fields": [Field.PHONE]}
CONSENT = {"purpose": "service_contact", "field": Field.PHONE}


def villager(banner: Banner, identity: str = GROWN_UP) -> Person:
    return Person.objects.create(
        name="巴根",
        phone_sealed=seal(PHONE),
        phone_hash=fingerprint(PHONE),
        identity_sealed=seal(identity),
        identity_hash=fingerprint(identity),
        home=banner.grid,
        created_at=MONDAY,
    )


@pytest.fixture
def person(banner: Banner) -> Person:
    return villager(banner)


def look(person: Person, by: Actor, **changes: object) -> dict[Field, str]:
    with scope.acting(by):
        return actions.look_up(person, by=by, at=MONDAY, **(WHY | changes))


def consent(person: Person, **changes: object) -> Consent:
    given = {"by": Actor(person_id=person.pk), "at": MONDAY} | CONSENT | changes
    return actions.give_consent(person, **given)


def traces() -> int:
    with scope.acting(SYSTEM):
        return Lookup.objects.count()


def test_card_is_masked_by_default(person: Person) -> None:
    assert card_of(person) == {
        Field.NAME: "巴*",
        Field.PHONE: "138****1234",
        Field.IDENTITY: "**************002X",
        Field.HOME: "****",
    }


def test_look_up_opens_what_was_asked_for_and_masks_the_rest(
    banner: Banner, person: Person
) -> None:
    seen = look(person, banner.grid_worker)

    assert seen == card_of(person) | {Field.PHONE: PHONE}


def test_person_sees_who_looked_when_and_why(banner: Banner, person: Person) -> None:
    look(person, banner.grid_worker)

    with scope.acting(Actor(person_id=person.pk)):
        (lookup,) = who_looked(person)

    assert lookup.by_id == banner.grid_worker.person_id
    assert lookup.title == "第一网格 网格员"
    assert (lookup.at, lookup.purpose, lookup.fields) == (MONDAY, WHY["purpose"], ["phone"])
    assert "个人信息保护法" in lookup.clause


@pytest.mark.parametrize("role", roles())
def test_who_looked_is_shown_to_those_who_oversee_and_to_nobody_else(
    banner: Banner, person: Person, role: str
) -> None:
    look(person, banner.grid_worker)
    oversees = "c" in roles()[role].cells["access_log"]

    with scope.acting(actor(role, banner.county, banner.water)):
        assert who_looked(person).count() == int(oversees)


def test_looker_cannot_read_or_write_the_trace(banner: Banner, person: Person) -> None:
    look(person, banner.grid_worker)

    with scope.acting(banner.grid_worker):
        assert not Lookup.objects.exists()
        with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
            Lookup.objects.create(
                person=person,
                by_id=banner.grid_worker.person_id,
                at=MONDAY,
                purpose="x",
                basis="x",
                fields=["phone"],
            )


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"purpose": "  "}, errors.NoPurpose),
        ({"basis": ""}, errors.NoBasis),
        ({"basis": "curiosity"}, errors.NoBasis),
        ({"fields": []}, errors.NothingAsked),
        ({"fields": [Field.IDENTITY]}, errors.BeyondBasis),
    ],
    ids=str,
)
def test_no_look_up_without_purpose_basis_and_need(
    banner: Banner,
    person: Person,
    changes: dict[str, object],
    refusal: type[errors.PrivacyRefused],
) -> None:
    with pytest.raises(refusal):
        look(person, banner.grid_worker, **changes)

    assert traces() == 0
    assert not Entry.objects.exists()


def test_basis_not_yet_in_force_opens_nothing(banner: Banner, person: Person) -> None:
    before_the_law = dt.datetime(2021, 10, 31, tzinfo=dt.UTC)

    with scope.acting(banner.grid_worker), pytest.raises(errors.NoBasis):
        actions.look_up(person, by=banner.grid_worker, at=before_the_law, **WHY)


@pytest.mark.parametrize(
    "role", ["grid_worker", "grid_leader", "village_secretary", "township_leader", "dispatcher"]
)
def test_telephone_opens_to_the_posts_of_the_place(
    banner: Banner, person: Person, role: str
) -> None:
    assert look(person, actor(role, banner.grid))[Field.PHONE] == PHONE


@pytest.mark.parametrize(
    "role",
    [
        "department_officer",
        "volunteer",
        "supervisory_member",
        "council_member",
        "privacy_officer",
        "audit_admin",
        "security_admin",
        "system_admin",
    ],
)
def test_telephone_stays_closed_to_posts_without_that_need(
    banner: Banner, person: Person, role: str
) -> None:
    with pytest.raises(errors.NotYourPeople):
        look(person, actor(role, banner.county, banner.water))

    assert traces() == 0


def test_post_of_another_grid_opens_nothing(banner: Banner, person: Person) -> None:
    next_grid = division("第二网格", "150999200201002", Level.GRID, banner.village)

    with pytest.raises(errors.NotYourPeople):
        look(person, actor("grid_worker", next_grid))


def test_person_without_a_known_home_belongs_to_no_area(banner: Banner, person: Person) -> None:
    person.home = None

    with pytest.raises(errors.NotYourPeople):
        look(person, banner.dispatcher)


def test_assigned_officer_opens_the_telephone_of_the_matter_alone(
    banner: Banner, person: Person
) -> None:
    seen = look(person, banner.water_officer, met_in="matter:17")
    assert seen[Field.PHONE] == PHONE

    with pytest.raises(errors.NotYourPeople):
        look(
            person,
            banner.water_officer,
            met_in="matter:17",
            basis="household_ledger",
            fields=[Field.IDENTITY],
        )


def test_anonymous_visitor_opens_nothing(person: Person) -> None:
    with pytest.raises(errors.NotYourPeople):
        look(person, Actor())


def test_journal_tells_of_the_look_up_without_personal_data(banner: Banner, person: Person) -> None:
    look(person, banner.grid_worker, purpose="找巴根 13812341234")

    entry = Entry.objects.get(event="people.look_up")
    assert (entry.subject, entry.actor) == (f"person:{person.pk}", banner.grid_worker.person_id)
    assert entry.acting_as == f"role:grid_worker@{banner.grid.pk}"
    assert entry.says == "查看联系方式，依据：办理本人提出的诉求"
    assert "巴根" not in entry.data
    assert PHONE not in entry.data


@pytest.mark.parametrize(
    "statement",
    [
        "update people_lookup set purpose = 'x'",
        "delete from people_lookup",
        "truncate people_lookup",
        "delete from people_consent",
        "truncate people_consent",
        "update people_consent set given_at = now()",
        "update people_consent set field = 'identity'",
    ],
)
def test_database_refuses_to_change_what_was_looked_at_or_agreed(
    banner: Banner, person: Person, statement: str
) -> None:
    look(person, banner.grid_worker)
    consent(person)

    with connection.cursor() as cursor, scope.acting(SYSTEM):
        cursor.execute("set constraints all immediate")
        with (
            pytest.raises(IntegrityError, match=r"is kept|only be withdrawn"),
            transaction.atomic(),
        ):
            cursor.execute(statement)


def test_consent_opens_until_it_is_withdrawn(banner: Banner, person: Person) -> None:
    by_consent = {"basis": "service_contact"}
    with pytest.raises(errors.NotConsented, match="联系方式"):
        look(person, banner.grid_worker, **by_consent)

    consent(person)
    assert look(person, banner.grid_worker, **by_consent)[Field.PHONE] == PHONE

    own = Actor(person_id=person.pk)
    actions.withdraw_consent(person, by=own, at=MONDAY + dt.timedelta(days=1), **CONSENT)
    with pytest.raises(errors.NotConsented):
        look(person, banner.grid_worker, **by_consent)


def test_consent_to_one_field_is_not_consent_to_another(banner: Banner, person: Person) -> None:
    consent(person)

    with pytest.raises(errors.NotConsented, match="姓名"):
        look(person, banner.grid_worker, basis="service_contact", fields=list(Field)[:2])


def test_consent_given_twice_is_one_and_told_once(person: Person) -> None:
    assert consent(person) == consent(person)
    assert Entry.objects.filter(event="people.give_consent").count() == 1


def test_consent_withdrawn_can_be_given_again(person: Person) -> None:
    own = Actor(person_id=person.pk)
    first = consent(person)
    actions.withdraw_consent(person, by=own, at=MONDAY, **CONSENT)

    assert consent(person).pk != first.pk
    assert [entry.event for entry in Entry.objects.order_by("seq")] == [
        "people.give_consent",
        "people.withdraw_consent",
        "people.give_consent",
    ]


def test_withdrawing_what_was_never_given_is_refused(person: Person) -> None:
    with pytest.raises(errors.NotConsented):
        actions.withdraw_consent(person, by=Actor(person_id=person.pk), at=MONDAY, **CONSENT)


def test_nobody_agrees_or_withdraws_for_somebody_else(banner: Banner, person: Person) -> None:
    with pytest.raises(errors.OnlyThePerson):
        consent(person, by=banner.secretary)
    consent(person)
    with pytest.raises(errors.OnlyThePerson):
        actions.withdraw_consent(person, by=banner.secretary, at=MONDAY, **CONSENT)


def test_consent_is_not_pretended_where_a_law_is_the_basis(person: Person) -> None:
    with pytest.raises(errors.LawIsTheBasis, match="第十三条第三项"):
        consent(person, purpose="answer_request")


def test_consent_covers_no_field_the_purpose_does_not_need(person: Person) -> None:
    with pytest.raises(errors.BeyondBasis, match="身份证号码"):
        consent(person, field=Field.IDENTITY)


def test_child_under_fourteen_agrees_through_a_guardian_only(banner: Banner) -> None:
    child = villager(banner, resident_id(CHILD, on=MONDAY.date()))
    birthday = dt.datetime(2032, 7, 1, 4, tzinfo=dt.UTC)

    with pytest.raises(errors.GuardianNeeded, match="14"):
        consent(child, at=birthday - dt.timedelta(days=1))
    assert consent(child, at=birthday).given_at == birthday


def test_consents_are_seen_by_the_person_alone(banner: Banner, person: Person) -> None:
    consent(person)

    with scope.acting(banner.secretary):
        assert not Consent.objects.exists()
    with scope.acting(Actor(person_id=person.pk)):
        assert Consent.objects.get().field == Field.PHONE


def test_person_sees_what_is_held_whole_and_by_what_right(person: Person) -> None:
    consent(person)

    with scope.acting(Actor(person_id=person.pk)):
        held = {one.field: one for one in held_about(person, on=MONDAY.date())}

    assert {field: one.value for field, one in held.items()} == {
        Field.NAME: "巴根",
        Field.PHONE: PHONE,
        Field.IDENTITY: GROWN_UP,
        Field.HOME: "第一网格",
    }
    assert [basis.key for basis in held[Field.IDENTITY].by_law] == ["household_ledger"]
    assert [(b.key, at) for b, at in held[Field.PHONE].by_consent] == [("service_contact", MONDAY)]
    assert all(one.by_law for one in held.values())


def test_fields_that_are_not_held_are_not_listed(banner: Banner) -> None:
    stranger = Person.objects.create(name="某人", created_at=MONDAY)

    assert [one.field for one in held_about(stranger, on=MONDAY.date())] == [Field.NAME]


def test_sealing_anew_brings_every_row_to_the_new_key_and_keeps_it_findable(
    person: Person,
) -> None:
    with override_settings(FIELD_KEY=2, FIELD_CIPHER="sm4"):
        assert actions.seal_anew() == 1
        assert actions.seal_anew() == 0
        found = Person.objects.get(phone_hash=fingerprint(PHONE))

    assert bytes(found.phone_sealed)[:1] == b"\x82"
    assert unseal(bytes(found.identity_sealed)) == GROWN_UP


def test_sealing_anew_changes_nothing_where_a_key_is_missing(
    person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GUAPENG_SECRET_FIELDS", "lost and made anew")

    with override_settings(FIELD_KEY=2), pytest.raises(WrongKey):
        actions.seal_anew()

    assert Person.objects.get(pk=person.pk).phone_hash == person.phone_hash
