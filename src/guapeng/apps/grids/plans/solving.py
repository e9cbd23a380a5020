"""The engine at work on a draft: anew, with the least change, or one grid cut, around all locks."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from enum import StrEnum
from typing import Final

import numpy as np
import shapely

from guapeng.apps.grids.partition import Community, Options, Previous
from guapeng.apps.grids.partition.codes import free_codes, in_reading_order, name_of
from guapeng.apps.grids.partition.count import Count, nearest
from guapeng.apps.grids.partition.county import Ints
from guapeng.apps.grids.partition.objective import Effort
from guapeng.apps.grids.partition.pieces import Part, parts_of, piece_of
from guapeng.apps.grids.partition.search import better, search, terms_of
from guapeng.apps.grids.partition.solve import divide
from guapeng.apps.grids.partition.tile import areas
from guapeng.apps.grids.plans.draft import Draft, DraftGrid
from guapeng.apps.grids.plans.ground import Ground
from guapeng.plain.unfit import Unfit, gettext_noop

_GENTLE: Final = Effort(starts=4, sweeps=40, heat=0.05)


class Manner(StrEnum):
    """How the solver goes about it."""

    ANEW = "anew"
    LEAST_CHANGE = "least_change"


class NotToBeCut(Unfit):
    """A grid cannot be cut into so many."""

    code = "draft.not_to_be_cut"
    wording = gettext_noop("网格%(grid)s只有%(buildings)s栋楼可动，不能分成%(parts)s个")


def first_draft(ground: Ground, *, taken: Collection[str], seed: int = 0) -> Draft:
    """Return a draft of a community without grids; ``taken`` codes are not given."""
    of = _divided(ground.community, _options(ground, seed))
    return _renumbered(ground.community, of, {}, (), taken)


def solve(
    draft: Draft,
    ground: Ground,
    *,
    manner: Manner,
    taken: Collection[str],
    seed: int = 0,
) -> Draft:
    """Return the draft as the engine would have it; what is locked stays.

    Args:
        draft: the present one.
        ground: its community.
        manner: ``ANEW`` divides all that is not locked afresh; ``LEAST_CHANGE`` begins with the
            draft, and each household that moves has its price.
        taken: codes that were ever given, which new grids do not get.
        seed: another seed, another draft as good.
    """
    community = ground.community
    closed = {one.code for one in draft.grids if one.locked}
    if any(draft.of[one] not in closed for one in draft.locked):
        of = _by_moves(draft, ground, seed)
    elif manner is Manner.ANEW:
        of = _anew(draft, ground, closed, seed)
    else:
        kept = Previous(dict(draft.of), frozenset(taken), frozenset(closed))
        of = _divided(community, _options(ground, seed, kept))
    return _renumbered(community, of, draft.of, draft.grids, taken, draft.locked)


def split(
    draft: Draft,
    ground: Ground,
    code: str,
    *,
    parts: int,
    taken: Collection[str],
    seed: int = 0,
) -> Draft:
    """Return the draft with one grid cut into ``parts`` that hang together, as even as can be.

    Raises:
        NotToBeCut: it has too few buildings, or some of them are locked.
    """
    community = ground.community
    rows = np.array([at for at, one in enumerate(community.ids) if draft.of[one] == code], np.int64)
    free = sum(community.ids[at] not in draft.locked for at in rows.tolist())
    if min(free, len(rows)) < parts or free < len(rows):
        raise NotToBeCut(grid=code, buildings=free, parts=parts)
    households = int(community.households[rows].sum())
    prices = ground.options.prices
    piece = piece_of(community, ground.graph, Part(rows, households), parts, prices)
    even = Count(parts, True, households // parts, -(-households // parts))
    wanted = nearest(households, parts, ground.rule)
    terms = terms_of(wanted if wanted.fits else even, prices, piece)
    found = search(piece, parts, terms, Effort(), seed=seed + 1)
    of = [draft.of[one] for one in community.ids]
    for at, g in zip(rows.tolist(), found.grid.tolist(), strict=True):
        of[at] = f"{code}/{g}"
    return _renumbered(community, of, draft.of, draft.grids, taken, draft.locked)


def _options(ground: Ground, seed: int, previous: Previous | None = None) -> Options:
    return replace(ground.options, seed=seed, previous=previous)


def _divided(community: Community, options: Options) -> list[str]:
    division = divide(community, options)
    return [division.grids[at].code for at in division.grid]


def _anew(draft: Draft, ground: Ground, closed: set[str], seed: int) -> list[str]:
    """Divide what is not in locked grids, on the land that is left beside them."""
    community = ground.community
    of = [draft.of[one] for one in community.ids]
    for number, (land, rows) in enumerate(_land_beside(ground, draft, closed)):
        division = divide(_only(community, land, rows), _options(ground, seed))
        for at, g in zip(rows.tolist(), division.grid.tolist(), strict=True):
            of[at] = f"new/{number}/{g}"
    return of


def _land_beside(
    ground: Ground, draft: Draft, closed: set[str]
) -> Iterator[tuple[shapely.Polygon, Ints]]:
    """Give each piece of land that no locked grid has, with its buildings."""
    community = ground.community
    rows = np.array(
        [at for at, one in enumerate(community.ids) if draft.of[one] not in closed], dtype=np.int64
    )
    if not closed or not len(rows):
        yield from ((community.outline, rows),) if len(rows) else ()
        return
    drawn = areas(community, ground.graph, draft.places(community), len(draft.grids))
    land = [area for area, one in zip(drawn, draft.grids, strict=True) if one.code not in closed]
    pieces = shapely.get_parts(shapely.union_all(land))
    whose = shapely.STRtree(pieces).nearest(shapely.points(community.places[rows]))
    for number in np.unique(whose).tolist():
        yield pieces[number], rows[whose == number]


def _only(community: Community, land: shapely.Polygon, rows: Ints) -> Community:
    """Return the community with these of its buildings alone, on a part of its land."""
    return replace(
        community,
        outline=land,
        ids=tuple(community.ids[at] for at in rows.tolist()),
        places=community.places[rows],
        households=community.households[rows],
        compound=community.compound[rows],
        footprints=community.footprints[rows],
    )


def _by_moves(draft: Draft, ground: Ground, seed: int) -> list[str]:
    """Better the draft by moves of single buildings; the number of grids stays."""
    community, place = ground.community, draft.places(ground.community)
    held = draft.held(community)
    fixed = np.array([one in held for one in community.ids], dtype=np.int64)
    found = place.copy()
    for part in parts_of(community, ground.graph):
        names, home = np.unique(place[part.rows], return_inverse=True)
        prices = ground.options.prices
        piece = piece_of(
            community, ground.graph, part, len(names), prices, home=home, fixed=fixed[part.rows]
        )
        terms = terms_of(
            nearest(part.households, len(names), ground.rule), prices, piece, keeps=True
        )
        tries = (
            better(piece, home, len(names), terms, _GENTLE, seed=seed * 97 + start + 1)
            for start in range(_GENTLE.starts)
        )
        best = min(tries, key=lambda one: one.energy)
        found[part.rows] = names[best.grid]
    return [draft.grids[at].code for at in found.tolist()]


def _renumbered(  # noqa: PLR0917 - one door for all that the engine gives back
    community: Community,
    of: Sequence[str],
    before: Mapping[str, str],
    grids: Sequence[DraftGrid],
    taken: Collection[str],
    locked: frozenset[str] = frozenset(),
) -> Draft:
    """Return a draft in which each group keeps the code of which it holds most households.

    Groups that keep none get the next codes that were never given, as one reads a page.
    """
    known = {one.code: one for one in grids}
    names = sorted(set(of))
    place = np.array([names.index(one) for one in of], dtype=np.int64)
    codes = _kept(community, of, before, known)
    given = iter(free_codes(community.id, {*taken, *known}))
    for at in np.argsort(in_reading_order(community, place, len(names))).tolist():
        codes.setdefault(names[at], "")
        codes[names[at]] = codes[names[at]] or next(given)
    siblings = [(one.code, one.name) for one in grids]
    made = [
        known.get(code) or DraftGrid(code, name_of(community.name, code, siblings))
        for code in sorted(codes.values())
    ]
    assignment = {one: codes[group] for one, group in zip(community.ids, of, strict=True)}
    return Draft(tuple(made), assignment, locked)


def _kept(
    community: Community, of: Sequence[str], old: Mapping[str, str], known: dict[str, DraftGrid]
) -> dict[str, str]:
    """Return the older code that each group keeps: heaviest pairs first, a code once."""
    weight: dict[tuple[str, str], float] = {}
    rows = zip(community.ids, community.households.tolist(), of, strict=True)
    for building, households, group in rows:
        code = old.get(building)
        if code in known:
            weight[group, code] = weight.get((group, code), 0.0) + households + 1e-3
    kept: dict[str, str] = {group: group for group in set(of) if group in known}
    used = set(kept.values())
    for (group, code), _ in sorted(weight.items(), key=lambda one: (-one[1], one[0])):
        if group not in kept and code not in used:
            kept[group] = code
            used.add(code)
    return kept
