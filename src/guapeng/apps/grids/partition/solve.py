"""One community, from its buildings to its grids."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

import numpy as np
import shapely

from guapeng.apps.grids.partition import codes, redivide, specials
from guapeng.apps.grids.partition.case import Case
from guapeng.apps.grids.partition.count import Count, Policy, count, fewest
from guapeng.apps.grids.partition.county import Community, Ints
from guapeng.apps.grids.partition.graph import Graph, neighbours
from guapeng.apps.grids.partition.moves import Terms
from guapeng.apps.grids.partition.objective import Found, Piece
from guapeng.apps.grids.partition.pieces import parts_of
from guapeng.apps.grids.partition.plan import (
    Division,
    Grid,
    Options,
    PartPlan,
    Previous,
    Solved,
)
from guapeng.apps.grids.partition.quality import quality
from guapeng.apps.grids.partition.reasons import Reason, one_more, tied_on, why
from guapeng.apps.grids.partition.search import search, terms_of
from guapeng.apps.grids.partition.tile import areas

_OTHERS: Final = 3
"""Other numbers of grids that are tried where the wanted number does not do."""
_SETTLED: Final = 24
"""Up to how many buildings the exact model is asked for the best plan, even if one is found: where
there are a few large towers, a search by single moves may be caught among them."""
_HARDER: Final = 8
"""Times the starts, where a plan in range is hard to find."""


def divide(community: Community, options: Options) -> Division:
    """Return the division of a community.

    The same community, options and seed give the same division, with or without the compiler. With
    an older plan, buildings that it knows stay where that is possible.
    """
    begun = time.process_time()
    if community.specials:
        rest, own = specials.cut_out(specials.with_areas(community))
        division = _with_specials(community, _ordinary(rest, options), own, options)
    else:
        division = _ordinary(community, options)
    return replace(division, seconds=round(time.process_time() - begun, 4))


def _ordinary(community: Community, options: Options) -> Division:
    """Return the division of a community that has no specials, or without them."""
    rule = options.rules.of(community.kind)
    if not community.ids:
        return _empty(community)
    graph = graph_of(community, options)
    parts = redivide.whole_parts(community, list(parts_of(community, graph)), options.previous)
    homes = redivide.homes(community, parts, options.previous)
    cases = [Case(community, graph, part, rule, options) for part in parts]
    solved = [
        redivide.again(case, home) if any(home) else _solve(case)
        for case, home in zip(cases, homes, strict=True)
    ]
    return _division(cases[0], solved)


def graph_of(community: Community, options: Options) -> Graph:
    """Return who is a neighbour of whom, small parts tied to others as the options say."""
    rule, apart_from = options.rules.of(community.kind), options.choices.apart_from
    return neighbours(community, least=rule.least if apart_from is None else apart_from, rule=rule)


def _solve(case: Case) -> Solved:
    """Divide a connected part from anew."""
    options = case.options
    wanted = count(case.part.households, case.rule, options.policy, options.choices.between)
    if wanted.grids == 1:
        return _told(case, np.zeros(len(case.part.rows), np.int64), wanted)
    found, refuted = _searched(case, wanted)
    note: Reason | None = None
    for grids in _others(case, wanted) if not _in_range(case, found, wanted) else ():
        other = replace(wanted, grids=grids)
        instead, _ = _searched(case, other)
        if _in_range(case, instead, other):
            if case.options.policy is Policy.FEWEST:
                note = one_more(wanted.grids, grids, refuted=refuted)
            found, refuted, wanted = instead, False, other
            break
    proof = _proof(case, found, wanted) if case.options.prove else None
    solved = _told(case, found.grid, wanted, refuted=refuted, proof=proof)
    if note and not solved.plan.why:
        return replace(solved, plan=replace(solved.plan, why=note))
    return solved


def _others(case: Case, wanted: Count) -> list[int]:
    """Return other numbers of grids that the range allows, the nearest first, more before fewer."""
    if not wanted.fits:
        return []
    low = fewest(case.part.households, case.rule)
    allowed = range(low, case.part.households // case.rule.least + 1)
    near = sorted(allowed, key=lambda grids: (abs(grids - wanted.grids), -grids))
    return near[1 : 1 + _OTHERS]


def _searched(case: Case, wanted: Count) -> tuple[Found, bool]:
    """Return the best plan found, and whether it is proven that none is in range.

    Where none in range comes at once, the search goes on for longer; then the exact model is asked.
    """
    effort = case.options.effort
    piece = case.piece(wanted.grids)
    terms = terms_of(wanted, case.options.prices, piece)
    found = search(piece, wanted.grids, terms, effort, seed=case.seed())
    if not wanted.fits:
        return found, False
    if _in_range(case, found, wanted):
        return settled(piece, wanted.grids, terms, found), False
    harder = replace(effort, starts=effort.starts * _HARDER, sweeps=effort.sweeps * 2)
    other = search(piece, wanted.grids, terms, harder, seed=case.seed("harder"))
    found = min(found, other, key=lambda one: one.energy)
    if _in_range(case, found, wanted):
        return found, False
    from guapeng.apps.grids.partition import exact  # HiGHS is slow to load, and seldom needed

    proof = exact.best(piece, wanted.grids, terms, found)
    return proof.found or found, proof.refuted


def settled(piece: Piece, grids: int, terms: Terms, found: Found) -> Found:
    """Return the best plan there is of a part of few buildings; of others what was found."""
    if len(piece.households) > _SETTLED:
        return found
    from guapeng.apps.grids.partition import exact  # see below

    return exact.best(piece, grids, terms, found).found or found


def _in_range(case: Case, found: Found, wanted: Count) -> bool:
    loads = np.bincount(found.grid, weights=case.households, minlength=wanted.grids)
    return bool(((loads >= wanted.least) & (loads <= wanted.most)).all())


def _proof(case: Case, found: Found, wanted: Count) -> Mapping[str, Any]:
    """Hold a plan to the optimum: of all that counts where it is small, else of the walks."""
    from guapeng.apps.grids.partition import exact, walk_bound  # see above

    piece = case.piece(wanted.grids)
    terms = terms_of(wanted, case.options.prices, piece)
    proof = exact.best(piece, wanted.grids, terms, found)
    if proof.closed:
        return proof.told()
    return walk_bound.prove(piece, found.grid, wanted).told()


def _told(
    case: Case,
    grid: Ints,
    wanted: Count,
    *,
    refuted: bool = False,
    proof: Mapping[str, Any] | None = None,
) -> Solved:
    rows = case.part.rows
    reason = why(case.community, case.graph, rows, grid, wanted, case.rule, refuted=refuted)
    plan = PartPlan(
        households=case.part.households,
        buildings=len(case.part.rows),
        grids=wanted.grids,
        fits=wanted.fits and not refuted,
        why=reason,
        proof=proof,
        notes=tied_on(case.community, case.graph, rows),
    )
    return Solved(rows, grid, ("",) * wanted.grids, plan)


def _division(case: Case, solved: Sequence[Solved]) -> Division:
    """Join the parts, give codes, and draw the areas."""
    community, rule = case.community, case.rule
    joined = np.empty(len(community.ids), dtype=np.int64)
    kept: list[str] = []
    for one in solved:
        joined[one.rows] = one.grid + len(kept)
        kept += one.codes
    named = _codes(community, joined, kept, case.options)
    place = np.argsort(np.argsort(named))
    grid = place[joined]
    drawn = areas(community, case.graph, grid, len(kept))
    loads = np.bincount(grid, weights=community.households, minlength=len(kept)).astype(np.int64)
    sizes = np.bincount(grid, minlength=len(kept))
    grids = [
        Grid(
            code=code,
            name=codes.name_of(community.name, code),
            area=drawn[at],
            households=int(loads[at]),
            buildings=int(sizes[at]),
            in_range=bool(rule.least <= loads[at] <= rule.most),
        )
        for at, code in enumerate(sorted(named))
    ]
    figures = quality(community, case.graph, grid, drawn, rule)
    return Division(
        community_id=community.id,
        name=community.name,
        kind=community.kind,
        plane=community.plane,
        building_ids=community.ids,
        grid=grid,
        grids=tuple(grids),
        parts=tuple(one.plan for one in solved),
        quality=figures,
        moved=sum(one.moved for one in solved),
        seconds=0.0,
    )


def _empty(community: Community) -> Division:
    """Return the one grid of a community without buildings."""
    code = codes.code_of(community.id, 1)
    name = codes.name_of(community.name, code)
    grid = Grid(code, name, community.outline, 0, 0, in_range=False)
    return Division(
        community_id=community.id,
        name=community.name,
        kind=community.kind,
        plane=community.plane,
        building_ids=(),
        grid=np.empty(0, np.int64),
        grids=(grid,),
        parts=(),
        quality={},
        moved=0,
        seconds=0.0,
    )


def _codes(community: Community, grid: Ints, kept: Sequence[str], options: Options) -> list[str]:
    """Return a code for each grid: the one it keeps, or the next that was never given."""
    number = codes.in_reading_order(community, grid, len(kept))
    free = codes.free_codes(community.id, _taken(options.previous))
    named = list(kept)
    for at in np.argsort(number).tolist():
        named[at] = named[at] or next(free)
    return named


def _taken(previous: Previous | None) -> set[str]:
    """Return all codes that were ever given."""
    if previous is None:
        return set()
    return {*previous.grid_of.values(), *previous.retired, *previous.specials.values()}


def _with_specials(
    community: Community, rest: Division, own: Sequence[Any], options: Options
) -> Division:
    """Add the grids of organs, parks, schools and hospitals to those of the others."""
    whose = specials.whose_own(community)
    known = options.previous.specials if options.previous else {}
    free = codes.free_special_codes(community.id, _taken(options.previous))
    added = []
    for at, (special, area) in enumerate(zip(community.specials, own, strict=True)):
        code = known.get(special.id, "")
        mine = whose == at
        added.append(
            Grid(
                code=code if code[:-3] == community.id else next(free),
                name=codes.special_name_of(community.name, special.name),
                area=area,
                households=int(community.households[mine].sum()),
                buildings=int(mine.sum()),
                in_range=True,
                special=special.id,
                kind=special.kind,
            )
        )
    left = [one for one in rest.grids if not shapely.is_empty(one.area)]
    order = np.argsort([one.code for one in (*left, *added)])
    place = np.argsort(order)
    grid = np.empty(len(community.ids), dtype=np.int64)
    grid[whose < 0] = place[rest.grid]
    grid[whose >= 0] = place[len(left) + whose[whose >= 0]]
    return replace(
        rest,
        building_ids=community.ids,
        grid=grid,
        grids=tuple([*left, *added][at] for at in order.tolist()),
    )
