"""The demo banner: whole, the same each time, in every state, and never mixed with other data."""

from collections import Counter

import pytest
from django.db.models import F

from guapeng.apps.concerns.models import CatalogueLine, Category
from guapeng.kernel.divisions.models import Division, Level
from guapeng.kernel.journal.verify import Verified, verify
from guapeng.kernel.matters import tables
from guapeng.kernel.matters.models import Matter, StepTaken, Task
from guapeng.kernel.people import scope
from guapeng.kernel.people.actors import SYSTEM
from guapeng.kernel.people.models import Duty, HouseholdCount, HouseholdMember, Person, Post
from tests.demo.conftest import AT

pytestmark = pytest.mark.django_db


def test_every_state_of_every_procedure_has_a_matter(demo: None) -> None:
    with scope.acting(SYSTEM):
        stand = Counter(Matter.objects.values_list("workflow", "state"))

    empty = [
        (workflow.key, state.key)
        for workflow in tables.workflows()
        for state in workflow.states
        if not stand[workflow.key, state.key]
    ]
    assert empty == []


def test_somebody_is_late_and_somebody_has_until_tonight(demo: None) -> None:
    with scope.acting(SYSTEM):
        waiting = Task.objects.filter(done_at=None).exclude(holder="clockwork")

        assert waiting.filter(due_at__lt=AT).exists()
        assert waiting.filter(due_at__gte=AT).exists()


def test_history_of_the_former_hotline_is_closed_and_waits_for_nobody(demo: None) -> None:
    with scope.acting(SYSTEM):
        taken = StepTaken.objects.filter(step="take_over")
        past = Matter.objects.filter(steps_taken__in=taken)

        assert past.count() >= 20
        assert not past.exclude(state="closed", opened_at__lt=F("closed_at")).exists()
        assert not past.filter(closed_at__gt=taken.latest("at").at).exists()
        assert not Task.objects.filter(matter__in=past).exists()


def test_nothing_happens_after_the_present(demo: None) -> None:
    with scope.acting(SYSTEM):
        assert not StepTaken.objects.filter(at__gt=AT).exists()


def test_the_journal_holds_and_goes_forward_in_time(demo: None) -> None:
    with scope.acting(SYSTEM):
        steps = list(StepTaken.objects.order_by("id").values_list("at", flat=True))

    assert isinstance(verify(), Verified)
    assert steps == sorted(steps)


def test_the_real_banner_with_an_outline_for_every_place_below_it(demo: None) -> None:
    levels = Counter(Division.objects.values_list("level", flat=True))
    county = Division.objects.get(level=Level.COUNTY)

    assert (county.code, county.name) == ("152530000000", "正蓝旗")
    assert (levels[Level.TOWNSHIP], levels[Level.VILLAGE]) == (9, 127)
    assert not Division.objects.filter(level__gte=Level.COUNTY, outline=None).exists()


def test_households_of_grids_add_up(demo: None) -> None:
    county = Division.objects.get(level=Level.COUNTY)
    grids = Division.objects.filter(level=Level.GRID).values_list("households", flat=True)

    assert county.households == sum(grids)


def test_the_ledger_holds_the_households_of_every_grid(demo: None) -> None:
    grids = dict(Division.objects.filter(level=Level.GRID).values_list("pk", "households"))
    with scope.acting(SYSTEM):
        kept = dict(HouseholdCount.objects.values_list("place_id", "households"))
        at_home = HouseholdMember.objects.filter(household__division=F("person__home"))

        assert kept == grids
        assert at_home.count() == Person.objects.filter(home__level=Level.GRID).count()
        assert HouseholdMember.objects.count() == at_home.count()


def test_every_grid_village_and_township_is_held(demo: None) -> None:
    today = Post.objects.filter(valid__contains=AT.date())
    held = Counter(today.values_list("role", "division__level"))

    assert held["grid_worker", Level.GRID] == Division.objects.filter(level=Level.GRID).count()
    assert held["village_secretary", Level.VILLAGE] == 127
    assert held["township_leader", Level.TOWNSHIP] == 18


def test_every_category_has_a_unit_whose_duty_can_be_looked_up(demo: None) -> None:
    kinds = Category.objects.filter(parent__isnull=False)
    led = CatalogueLine.objects.values_list("category", "lead")

    assert {category for category, _lead in led} == set(kinds.values_list("pk", flat=True))
    assert {lead for _category, lead in led} <= set(Duty.objects.values_list("body", flat=True))
