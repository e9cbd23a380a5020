"""Staffing: deputies, leave, who stands in, hand-overs, and the telephones on the sign."""

import datetime as dt

import pytest
from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateRange
from tests.factories.world import LONG_AGO, MONDAY, Banner, actor, division, person
from tests.stories.test_concern import dispatch, report

from guapeng.apps.grids.models import Deputy, HandOver, Leave
from guapeng.apps.grids.staffing import actions, queries
from guapeng.apps.grids.staffing.coverage import Gap, Stretch
from guapeng.apps.grids.staffing.errors import (
    AwayAlready,
    DeputyAway,
    HandOverOpen,
    NoColleague,
    NotTheWorker,
    NotYourGrid,
    NotYourHandOver,
    OwnDeputy,
    PrivateNumber,
    WrongDays,
)
from guapeng.apps.grids.staffing.forms import HandOverForm
from guapeng.kernel.divisions import following as divisions
from guapeng.kernel.divisions.following import Handover
from guapeng.kernel.divisions.models import Division, Level
from guapeng.kernel.journal.models import Entry
from guapeng.kernel.matters.queries import waiting_for
from guapeng.kernel.people import actions as people
from guapeng.kernel.people import scope
from guapeng.kernel.people.actors import Actor, actor_of
from guapeng.kernel.people.errors import AccountRefused, NotYourAccounts, OwnAccount
from guapeng.kernel.people.models import Account, Person, Post
from guapeng.kernel.people.roles import roles

TODAY = MONDAY.date()
DAY = dt.timedelta(days=1)


def person_of(who: Actor) -> Person:
    return Person.objects.get(pk=who.known_person)


def on(who: Person | Actor, day: dt.date) -> Actor:
    found = who if isinstance(who, Person) else person_of(who)
    return actor_of(Account(username="x", person=found), on=day)


@pytest.fixture
def leader(banner: Banner) -> Actor:
    return actor("grid_leader", banner.village)


@pytest.fixture
def colleague(banner: Banner) -> Person:
    """The worker of the next grid of the same village."""
    grid = division("第二网格", "150999200201002", Level.GRID, banner.village)
    return person_of(actor("grid_worker", grid))


def deputy(banner: Banner, leader: Actor, who: Person, **given: object) -> Deputy:
    return actions.name_deputy(
        banner.grid, who, **({"since": TODAY, "by": leader, "at": MONDAY} | given)
    )


def leave(banner: Banner, by: Actor, stands_in: Person | None, **given: object) -> Leave:
    days = {"first": TODAY + DAY, "last": TODAY + 3 * DAY, "by": by, "at": MONDAY}
    return actions.note_leave(
        banner.grid, person_of(banner.grid_worker), deputy=stands_in, **(days | given)
    )


def gaps(banner: Banner, days: int = 30) -> list[tuple[int, int, Gap]]:
    (found,) = queries.coverage([banner.grid], first=TODAY, last=TODAY + (days - 1) * DAY)
    return [((g.first - TODAY).days, (g.last - TODAY).days, g.gap) for g in found.gaps]


def test_grid_without_a_deputy_is_half_a_gap_until_one_is_named(
    banner: Banner, leader: Actor, colleague: Person
) -> None:
    assert gaps(banner) == [(0, 29, Gap.NO_DEPUTY)]

    deputy(banner, leader, colleague, since=TODAY + 4 * DAY)

    assert gaps(banner) == [(0, 3, Gap.NO_DEPUTY)]
    line = Entry.objects.get(event="grids.deputy_named")
    assert (line.subject, line.actor) == (f"division:{banner.grid.pk}", leader.person_id)


def test_new_deputy_ends_the_one_before(banner: Banner, leader: Actor, colleague: Person) -> None:
    deputy(banner, leader, colleague)
    other = person_of(actor("village_secretary", banner.village))

    deputy(banner, leader, other, since=TODAY + 7 * DAY)

    assert list(Deputy.objects.order_by("valid").values_list("person", "valid")) == [
        (colleague.pk, DateRange(TODAY, TODAY + 7 * DAY)),
        (other.pk, DateRange(TODAY + 7 * DAY, None)),
    ]


def test_deputy_stands_in_with_the_post_for_those_days_alone(
    banner: Banner, leader: Actor, colleague: Person
) -> None:
    deputy(banner, leader, colleague)
    key = f"role:grid_worker@{banner.grid.pk}"

    noted = leave(banner, banner.grid_worker, colleague)

    held = [key in on(colleague, TODAY + n * DAY).keys for n in range(6)]
    assert held == [False, True, True, True, False, False]
    assert gaps(banner, 6) == []
    (during,) = queries.coverage([banner.grid], first=TODAY + DAY, last=TODAY + DAY)
    assert (during.stretches[0].worker, during.stretches[0].there) == (None, colleague.pk)
    assert noted.cover
    assert Entry.objects.get(event="people.stand_in").subject == f"person:{colleague.pk}"


def test_leave_without_a_deputy_is_a_gap_that_is_seen_before(
    banner: Banner, leader: Actor, colleague: Person
) -> None:
    deputy(banner, leader, colleague)

    leave(banner, leader, None)

    assert gaps(banner) == [(1, 3, Gap.AWAY)]


def test_worker_who_is_back_early_has_the_grid_again(
    banner: Banner, leader: Actor, colleague: Person
) -> None:
    deputy(banner, leader, colleague)
    noted = leave(banner, banner.grid_worker, colleague, last=TODAY + 9 * DAY)
    third = MONDAY + 3 * DAY

    actions.end_leave(noted, by=on(banner.grid_worker, third.date()), at=third)

    key = f"role:grid_worker@{banner.grid.pk}"
    held = [key in on(colleague, TODAY + n * DAY).keys for n in range(5)]
    assert held == [False, True, True, False, False]
    assert Leave.objects.get().valid == DateRange(TODAY + DAY, TODAY + 3 * DAY)


def test_leave_that_is_not_taken_leaves_nothing(
    banner: Banner, leader: Actor, colleague: Person
) -> None:
    deputy(banner, leader, colleague)
    noted = leave(banner, banner.grid_worker, colleague)

    actions.end_leave(noted, by=leader, at=MONDAY)

    assert not Leave.objects.exists()
    assert Post.objects.filter(person=colleague).count() == 1


@pytest.mark.parametrize("role", roles())
def test_staffing_is_for_whoever_approves_on_the_grid(
    banner: Banner, colleague: Person, role: str
) -> None:
    approves = "approve" in roles()[role].cells["case_text"]
    own, elsewhere = actor(role, banner.village), actor(role, colleague.posts.get().division)

    for by, allowed in ((own, approves), (elsewhere, False)):
        try:
            deputy(banner, by, colleague)
            outcome = True
        except NotYourGrid:
            outcome = False
        assert outcome == allowed


def test_worker_calls_nobody_in_but_the_named_deputy(
    banner: Banner, leader: Actor, colleague: Person
) -> None:
    with pytest.raises(NotYourGrid):
        leave(banner, banner.grid_worker, colleague)
    with pytest.raises(NotYourGrid):
        leave(banner, on(colleague, TODAY), None)
    with pytest.raises(NotTheWorker):
        actions.note_leave(
            banner.grid, colleague, first=TODAY, last=TODAY, deputy=None, by=leader, at=MONDAY
        )
    assert not Leave.objects.exists()


def test_stranger_and_oneself_never_stand_in(banner: Banner, leader: Actor) -> None:
    far = division("丙苏木", "150999201000", Level.TOWNSHIP, banner.county)
    village = division("丁嘎查", "150999201201", Level.VILLAGE, far)
    grid = division("丁网格", "150999201201001", Level.GRID, village)
    for stranger in (person(), person_of(actor("grid_worker", grid)), person_of(banner.dispatcher)):
        with pytest.raises(NoColleague):
            deputy(banner, leader, stranger)
        with pytest.raises(AccountRefused):
            leave(banner, leader, stranger)
    with pytest.raises(OwnDeputy):
        deputy(banner, leader, person_of(banner.grid_worker))
    with pytest.raises(OwnAccount):
        leave(banner, leader, person_of(leader))
    assert not Leave.objects.exists()


def test_nobody_lends_a_post_that_they_do_not_answer_for(banner: Banner, colleague: Person) -> None:
    for by in (banner.resident, banner.dispatcher, on(colleague, TODAY)):
        with pytest.raises(NotYourAccounts):
            people.stand_in(
                colleague,
                by=by,
                at=MONDAY,
                role="grid_worker",
                division=banner.grid,
                since=TODAY,
                until=TODAY,
            )


def test_deputy_who_is_away_cannot_stand_in(
    banner: Banner, leader: Actor, colleague: Person
) -> None:
    own = colleague.posts.get().division
    actions.note_leave(
        own, colleague, first=TODAY + 2 * DAY, last=TODAY + 2 * DAY,
        deputy=None, by=leader, at=MONDAY,
    )  # fmt: skip
    deputy(banner, leader, colleague)

    with pytest.raises(DeputyAway):
        leave(banner, leader, colleague)
    assert gaps(banner, 5) == [(2, 2, Gap.NO_DEPUTY)]


@pytest.mark.parametrize("days", [(-1, 2), (3, 2)])
def test_leave_lies_ahead_and_ends(banner: Banner, leader: Actor, days: tuple[int, int]) -> None:
    first, last = (TODAY + n * DAY for n in days)
    with pytest.raises(WrongDays):
        leave(banner, leader, None, first=first, last=last)


def test_same_days_are_noted_once(banner: Banner, leader: Actor) -> None:
    leave(banner, leader, None)
    with pytest.raises(AwayAlready):
        leave(banner, leader, None, first=TODAY + 3 * DAY, last=TODAY + 5 * DAY)


def test_what_is_open_goes_to_the_successor_and_both_sign(banner: Banner, leader: Actor) -> None:
    matter = dispatch(banner, report(banner))
    Task = type(matter.tasks.first())  # noqa: N806  # the model behind the relation
    with scope.trusted_transaction():
        Task.objects.filter(matter=matter).update(holder=f"role:grid_worker@{banner.grid.pk}")
    giver, taker = person_of(banner.grid_worker), person("接手人")
    Post.objects.filter(person=giver).update(valid=DateRange(None, TODAY + DAY))
    Post.objects.create(
        person=taker, role="grid_worker", division=banner.grid, valid=DateRange(TODAY, None)
    )

    listed = actions.draw_up(banner.grid, giver=giver, taker=taker, by=leader, at=MONDAY)

    assert listed.matters == [matter.pk]
    with pytest.raises(HandOverOpen):
        actions.draw_up(banner.grid, giver=giver, taker=taker, by=leader, at=MONDAY)
    with pytest.raises(NotYourHandOver):
        actions.sign(listed, by=leader, at=MONDAY)
    for who in (giver, taker, taker):
        signed = actions.sign(listed, by=on(who, TODAY), at=MONDAY)
    assert signed.giver_signed_at == signed.taker_signed_at == MONDAY
    assert Entry.objects.filter(event="grids.hand_over_signed").count() == 2
    successor = on(taker, TODAY + 5 * DAY)
    with scope.acting(successor):
        assert [row.matter_id for row in waiting_for(successor)] == [matter.pk]


def test_hand_over_needs_a_worker_who_takes(banner: Banner, leader: Actor) -> None:
    giver = person_of(banner.grid_worker)
    with pytest.raises(NotTheWorker):
        actions.draw_up(banner.grid, giver=giver, taker=person(), by=leader, at=MONDAY)
    with pytest.raises(NotYourGrid):
        actions.draw_up(banner.grid, giver=giver, taker=person(), by=banner.resident, at=MONDAY)
    assert not HandOver.objects.exists()


def test_own_number_stands_on_no_sign_unless_the_person_agrees(
    banner: Banner, leader: Actor
) -> None:
    worker = people.enrol(at=MONDAY, name="乌兰", phone="13900000001")
    Post.objects.filter(division=banner.grid).update(person=worker)

    with pytest.raises(PrivateNumber):
        actions.publish_phones(
            banner.grid, service_phone="139 0000 0001", complaint_phone="", by=leader, at=MONDAY
        )
    actions.publish_phones(
        banner.grid, service_phone="0479-4220001", complaint_phone="12345", by=leader, at=MONDAY
    )
    assert phones(banner) == ("0479-4220001", "12345")

    consent = {"by": on(worker, TODAY), "at": MONDAY, "purpose": "grid_contact", "field": "phone"}
    people.give_consent(worker, **consent)
    assert phones(banner) == ("13900000001", "12345")
    people.withdraw_consent(worker, **consent)
    assert phones(banner) == ("0479-4220001", "12345")


def phones(banner: Banner) -> tuple[str, str]:
    found = queries.contact(banner.grid, on=TODAY)
    return found.phone, found.complaint_phone


@pytest.mark.parametrize("first", [-2, 3])
def test_staffing_follows_a_grid_that_is_renamed(
    banner: Banner, leader: Actor, colleague: Person, first: int
) -> None:
    then = MONDAY + min(first, 0) * DAY
    begins = TODAY + first * DAY
    actions.name_deputy(banner.grid, colleague, since=then.date(), by=leader, at=then)
    actions.note_leave(
        banner.grid, person_of(banner.grid_worker), first=begins, last=begins + 4 * DAY,
        deputy=colleague, by=leader, at=then,
    )  # fmt: skip
    before = stretches(banner.grid)
    heir = division("金沙第一网格", "150999200201101", Level.GRID, banner.village)

    divisions.follow(Handover(TODAY, {banner.grid.pk: heir.pk}, merged=(), left=()))

    with connection.cursor() as cursor:
        cursor.execute("set constraints all immediate")
    assert stretches(heir) == before
    (noted,) = Leave.objects.all()
    assert noted.cover
    assert noted.cover.division == noted.grid == heir
    assert Deputy.objects.get().grid == heir


def stretches(grid: Division) -> list[Stretch]:
    (found,) = queries.coverage([grid], first=TODAY, last=TODAY + 29 * DAY)
    return found.stretches


def test_coverage_of_many_grids_costs_three_questions(
    banner: Banner, django_assert_num_queries: object
) -> None:
    grids = [
        division(f"网格{n}", f"1509992002011{n:02d}", Level.GRID, banner.village) for n in range(20)
    ]
    for grid in grids:
        Post.objects.create(person=person(), role="grid_worker", division=grid, valid=LONG_AGO)

    with django_assert_num_queries(3):  # type: ignore[operator]
        found = queries.coverage(grids, first=TODAY, last=TODAY + 29 * DAY)

    assert [len(one.gaps) for one in found] == [1] * 20


def test_nobody_is_offered_first_on_both_sides_of_a_hand_over() -> None:
    form = HandOverForm(givers=[(1, "甲"), (2, "乙")], takers=[(1, "甲"), (3, "丙")])

    assert [id_ for id_, _name in form.fields["taker"].choices] == [3, 1]  # type: ignore[attr-defined]
