"""The three rates of a place and period, with what was left out; small numbers withheld."""

from collections.abc import Mapping
from dataclasses import dataclass

from guapeng.kernel.matters import tables
from guapeng.kernel.matters.statistics.meanings import meanings
from guapeng.kernel.matters.statistics.reading import NOTHING, Sums
from guapeng.plain.rates import Rate, ThreeRates, suppress, suppress_table

Found = Mapping[tuple[str, str], Sums]


@dataclass(frozen=True)
class LeftOut:
    """Matters kept out of the rates for one reason; ``count`` None if it is withheld."""

    label: str
    count: int | None


def counted(found: Found) -> Sums:
    """Return the sums of all matters that the rates count."""
    return _added([sums for (_workflow, left_out), sums in found.items() if not left_out])


def timed(found: Found) -> Sums:
    """Return the sums of all matters whose times count: those of the rates, and taken over ones."""
    taken_over = {(one.workflow, one.taken_over) for one in meanings()}
    return _added([sums for key, sums in found.items() if not key[1] or key in taken_over])


def everything(found: Found) -> Sums:
    """Return the sums of all matters, those left out of the rates too."""
    return _added(list(found.values()))


def three_rates(found: Found) -> ThreeRates:
    """Return response, solution and satisfaction (R11): in time of those due, yes of the asked."""
    sums = counted(found)
    excluded = everything(found).opened - sums.opened
    return ThreeRates(
        response=Rate(sums.contacted, sums.contact_due, excluded),
        solution=Rate(sums.solved, sums.asked_solved, excluded),
        satisfaction=Rate(sums.satisfied, sums.asked_satisfied, excluded),
    )


def may_show(rate: Rate, minimum: int) -> bool:
    """Tell whether a rate gives no small group away: neither those who count nor the others."""
    return None not in {suppress(rate.hits, minimum), suppress(rate.of - rate.hits, minimum)}


def left_out(found: Found, minimum: int) -> list[LeftOut]:
    """Return what was left out, by reason, in the order of the procedures' states.

    Withheld together with the number of all others, which would give a single one away.
    """
    reasons = sorted(key for key in found if key[1])
    if not reasons:
        return []
    table = suppress_table(
        [[counted(found).opened, *(found[key].opened for key in reasons)]], minimum
    )
    shown = zip(reasons, table.cells[0][1:], strict=True)
    return [LeftOut(_label(workflow, state), count) for (workflow, state), count in shown]


def _label(workflow: str, reason: str) -> str:
    """Return the label of the final state, or of the step by which it was taken over."""
    table = tables.workflow(workflow)
    taken_over = (workflow, reason) in {(one.workflow, one.taken_over) for one in meanings()}
    return str((table.step(reason) if taken_over else table.state(reason)).label)


def _added(many: list[Sums]) -> Sums:
    total = NOTHING
    for one in many:
        total = total.plus(one)
    return total
