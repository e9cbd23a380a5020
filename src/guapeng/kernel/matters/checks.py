"""What can be wrong with a step table, found at start-up by Django's system checks.

``problems`` looks at the table alone. Whether every limit has a rule in force is a question to
the database, asked by ``manage check --database default`` at deployment.
"""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from django.core.checks import Error, Tags, register
from django.utils import timezone

from guapeng.kernel.matters import tables
from guapeng.kernel.matters.parties import CLOCKWORK
from guapeng.kernel.matters.tables import NEW, STAY, Step, Workflow
from guapeng.kernel.rules import queries as rules


def problems(workflow: Workflow) -> Iterator[str]:
    """Yield one sentence for each thing that is wrong with the table."""
    yield from _names(workflow)
    yield from _roads(workflow)
    for step in workflow.steps:
        yield from _sentence(step)
        yield from _second_person(workflow, step)
    yield from _openings(workflow)


@register(Tags.models)
def check_tables(**_: Any) -> list[Error]:
    """Report what is wrong with any registered table."""
    return [
        Error(f"{workflow.key}: {problem}", id="guapeng.E001")
        for workflow in tables.workflows()
        for problem in problems(workflow)
    ]


@register(Tags.database)
def check_limits(databases: Iterable[str] | None = None, **_: Any) -> list[Error]:
    """Report limits without a rule in force today."""
    today = timezone.localdate()
    keys = {key for workflow in tables.workflows() for key in limits(workflow)}
    return [
        Error(f"no rule in force for {key}", id="guapeng.E002")
        for key in sorted(keys if databases else ())
        if not _in_force(key, today)
    ]


def limits(workflow: Workflow) -> set[str]:
    """Return the keys of all rules that the table's limits name."""
    withins = [within for step in workflow.steps for within in (step.limit, step.window)]
    return {within.rule for within in withins if within and within.rule}


def _names(workflow: Workflow) -> Iterator[str]:
    states = [state.key for state in workflow.states]
    known = {*states, NEW, STAY}
    yield from (f"state {key} stands twice" for key in sorted(_twice(states)))
    yield from (f"step {key} stands twice" for key in sorted(_twice(s.key for s in workflow.steps)))
    for step in workflow.steps:
        unknown = {*step.leaves, *step.targets} - known
        yield from (f"step {step.key} names the unknown state {key}" for key in sorted(unknown))


def _roads(workflow: Workflow) -> Iterator[str]:
    """Every state can be reached; every unfinished one awaits somebody and has a way out."""
    reached = _reached(workflow)
    for state in workflow.states:
        if state.key not in reached:
            yield f"state {state.key} cannot be reached"
        if state.final:
            continue
        if not any(set(step.targets) - {STAY, state.key} for step in workflow.leaving(state.key)):
            yield f"state {state.key} has no way out"
        if not any(True for _ in workflow.awaited(state.key)):
            yield f"state {state.key} awaits nobody"


def _reached(workflow: Workflow) -> set[str]:
    reached, fresh = {NEW}, {NEW}
    while fresh:
        steps = [step for key in fresh for step in workflow.leaving(key)]
        fresh = {target for step in steps for target in step.targets} - {STAY} - reached
        reached |= fresh
    return reached


def _sentence(step: Step) -> Iterator[str]:
    """A sentence of the journal may quote what its form tells, and nothing else."""
    for name in sorted(step.quotes - set(step.form.tells)):
        yield f"step {step.key} quotes {name}, which its form does not tell"
    for name in sorted(set(step.form.tells) - set(step.form.base_fields)):
        yield f"step {step.key} tells {name}, which its form does not ask"


def _second_person(workflow: Workflow, step: Step) -> Iterator[str]:
    keys = {other.key for other in workflow.steps}
    yield from (
        f"step {step.key} is not by the taker of the unknown step {key}"
        for key in step.not_by
        if key not in keys
    )


def _openings(workflow: Workflow) -> Iterator[str]:
    """No page opens by a further row: it is the system's, for many at once."""
    for step in list(workflow.leaving(NEW))[1:]:
        if step.begins is None or step.who is not CLOCKWORK:
            yield f"step {step.key} opens a matter, but nobody can take it"


def _twice(keys: Iterable[str]) -> set[str]:
    return {key for key, count in Counter(keys).items() if count > 1}


def _in_force(key: str, today: dt.date) -> bool:
    try:
        rules.in_force(key, on=today)
    except rules.NoRule:
        return False
    return True
