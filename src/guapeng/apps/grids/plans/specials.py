"""Grids of their own in plans: which code and name each area has, and what is to be said of it."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from guapeng.apps.grids.models import Version
from guapeng.apps.grids.partition.codes import free_special_codes, special_name_of
from guapeng.apps.grids.plans import queries
from guapeng.apps.grids.plans.ground import Ground, Own
from guapeng.kernel.divisions.models import Division


@dataclass(frozen=True)
class OwnGrid:
    """A grid of its own as a version has it: no household range applies, and it is not moved."""

    code: str
    name: str
    own: Own

    @property
    def households(self) -> int:
        """That live in it."""
        return self.own.households

    @property
    def buildings(self) -> int:
        """That stand in it."""
        return len(self.own.rows)


def own_grids(version: Version, ground: Ground) -> tuple[OwnGrid, ...]:
    """Return the grids of their own of a version, by code."""
    known = {one.id: one for one in ground.own}
    found = [
        OwnGrid(one["code"], one["name"], known[one["special"]])
        for one in version.specials
        if one["special"] in known
    ]
    return tuple(sorted(found, key=lambda one: one.code))


def named(
    community: Division, ground: Ground, general: Iterable[str], *, on: dt.date
) -> list[dict[str, str]]:
    """Return ``{code, name, special}`` of each area of the ground, as a version keeps it.

    An area keeps the code that it had in the version in force, or that of the grid of the register
    that has its code or name; others get the next number after 900 that was never given. A grid
    that stands keeps its name as long as the area's is a part of it.

    Args:
        community: whose ground it is.
        ground: with the areas.
        general: names of the general grids: with the community's before them or not.
        on: the day.
    """
    if not ground.own:
        return []
    grids = queries.grids_of(community, on=on)
    standing = {one.code: one.name for one in grids if not queries.is_general(one.code)}
    names, whose = list(general), ground.surveyed.name
    bears = not names or any(one.startswith(whose) for one in names)
    codes = _codes(community, ground, standing, on=on)
    found = []
    for own in ground.own:
        name = standing.get(codes[own.id], "")
        if not name or own.name.removesuffix("专属网格") not in name:
            name = special_name_of(whose if bears else "", own.name)
        found.append({"code": codes[own.id], "name": name, "special": own.id})
    return found


def _codes(
    community: Division, ground: Ground, standing: dict[str, str], *, on: dt.date
) -> dict[str, str]:
    areas, whose = ground.own, ground.surveyed.name
    force = queries.in_force(community, on=on)
    kept = {one["special"]: one["code"] for one in force.version.specials} if force else {}
    found = {id_: code for id_, code in kept.items() if code in standing}
    for own in areas:
        names = {own.name, *(special_name_of(before, own.name) for before in ("", whose))}
        free = {code: name for code, name in standing.items() if code not in found.values()}
        alike = [code for code, name in free.items() if own.id == code or name in names]
        if own.id not in found and alike:
            found[own.id] = alike[0]
    fresh = free_special_codes(community.code, queries.given_codes(community))
    return {own.id: found.get(own.id) or next(fresh) for own in areas}
