"""The tables test themselves: every row, from every state, tried by every role."""

import dataclasses
from collections.abc import Iterator
from typing import Any

import pytest
from tests.factories.world import MONDAY, Banner, actor

from guapeng.kernel.matters import engine, tables
from guapeng.kernel.matters.checks import limits, problems
from guapeng.kernel.matters.errors import StepRefused
from guapeng.kernel.matters.models import Assignment, Matter
from guapeng.kernel.matters.parties import ANYONE
from guapeng.kernel.matters.tables import NEW, Step, Workflow
from guapeng.kernel.people import scope
from guapeng.kernel.people.actors import ANONYMOUS, SYSTEM, Actor
from guapeng.kernel.people.roles import roles
from guapeng.kernel.rules.queries import in_force

WORKFLOWS = [pytest.param(workflow, id=workflow.key) for workflow in tables.workflows()]


@pytest.mark.parametrize("workflow", WORKFLOWS)
def test_table_has_no_problem(workflow: Workflow) -> None:
    assert list(problems(workflow)) == []


@pytest.mark.parametrize("workflow", WORKFLOWS)
def test_every_limit_has_a_shipped_rule_with_a_source(db: None, workflow: Workflow) -> None:
    assert all(in_force(key, on=MONDAY.date()).source for key in limits(workflow))


def test_problems_name_a_state_without_a_way_out() -> None:
    concern = tables.workflow("concern")
    kept = tuple(step for step in concern.steps if step.key != "conclude")

    found = list(problems(dataclasses.replace(concern, steps=kept)))

    assert found == ["state problem has no way out", "state problem awaits nobody"]


def test_problems_name_a_quote_of_what_is_not_told() -> None:
    concern = tables.workflow("concern")
    loud = dataclasses.replace(concern.step("send_back"), says="{reason}")
    steps = tuple(loud if step.key == loud.key else step for step in concern.steps)

    found = list(problems(dataclasses.replace(concern, steps=steps)))

    assert found == ["step send_back quotes reason, which its form does not tell"]


@pytest.mark.parametrize("changes", [{"who": ANYONE}, {"begins": None}])
def test_problems_name_a_further_opening_that_no_page_offers(changes: dict[str, Any]) -> None:
    concern = tables.workflow("concern")
    changed = dataclasses.replace(concern.step("take_over"), **changes)
    steps = tuple(changed if step.key == changed.key else step for step in concern.steps)

    found = list(problems(dataclasses.replace(concern, steps=steps)))

    assert found == ["step take_over opens a matter, but nobody can take it"]


@pytest.mark.parametrize("workflow", WORKFLOWS)
def test_only_the_named_party_may_take_a_row(banner: Banner, workflow: Workflow) -> None:
    """Every state × row × role: the engine allows exactly whom the row names."""
    matter = _matter(banner, workflow)
    actors = dict(_everybody(banner))

    for state in workflow.states:
        matter.state = state.key
        for step in workflow.steps:
            expected = _named(step, actors) if state.key in step.leaves else set()
            allowed = {name for name, who in actors.items() if _may(step, matter, who)}
            assert allowed == expected, (state.key, step.key)


@pytest.mark.parametrize("workflow", WORKFLOWS)
def test_only_the_named_party_may_open_by_a_row(banner: Banner, workflow: Workflow) -> None:
    matter = _matter(banner, workflow)
    actors = dict(_everybody(banner))

    for step in workflow.leaving(NEW):
        allowed = {name for name, who in actors.items() if _may(step, matter, who)}
        assert allowed == _named(step, actors), step.key


def _matter(banner: Banner, workflow: Workflow) -> Matter:
    with scope.acting(SYSTEM):
        matter = Matter.objects.create(
            uid="00000000-0000-0000-0000-000000000001",
            number="150999-260302-00001-0",
            workflow=workflow.key,
            version=workflow.version,
            state="",
            title="x",
            urgency=3,
            channel="app",
            visibility="public",
            division=banner.grid,
            grid_id=banner.grid.pk,
            village_id=banner.village.pk,
            township_id=banner.township.pk,
            county_id=banner.county.pk,
            raised_by_id=banner.resident.person_id,
            opened_at=MONDAY,
            changed_at=MONDAY,
        )
        for body, is_lead in ((banner.water, True), (banner.housing, False)):
            Assignment.objects.create(matter=matter, body=body, is_lead=is_lead, assigned_at=MONDAY)
    return matter


def _everybody(banner: Banner) -> Iterator[tuple[str, Actor]]:
    """One actor a role in the matter's own place, and some who look alike elsewhere."""
    places = {"grid_worker": banner.grid, "village_secretary": banner.village}
    places["township_leader"] = banner.township
    for key in roles():
        yield key, actor(key, places.get(key, banner.county))
    yield "lead", banner.water_officer
    yield "assisting", banner.housing_officer
    yield "stranger unit", banner.police_officer
    yield "raiser", banner.resident
    yield "other resident", actor()
    yield "anonymous", ANONYMOUS
    yield "clockwork", SYSTEM


PARTIES = {
    "anyone": set(),
    "raiser": {"raiser"},
    "lead_unit": {"lead"},
    "assisting_units": {"assisting"},
    "missing_units": {"lead", "assisting"},
    "unruled_units": {"lead", "assisting"},
    "whistler": {"village_secretary"},
    "clockwork": {"clockwork"},
}


def _named(step: Step, actors: dict[str, Actor]) -> set[str]:
    if step.who.key == "anyone":
        return set(actors)
    if step.who.key == "known":
        return {name for name, who in actors.items() if who.person_id}
    return set().union(*(PARTIES.get(key, {key}) for key in step.who.key.split("|")))


def _may(step: Step, matter: Matter, who: Actor) -> bool:
    try:
        engine.check(step, matter, by=who, at=MONDAY)
    except StepRefused:
        return False
    return True
