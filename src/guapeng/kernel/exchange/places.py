"""Where a row lies: by the code or name of a division, by coordinates, or by words of its text."""

import datetime as dt
import re
from collections.abc import Collection, Sequence
from typing import Final

from guapeng.kernel.divisions import places, queries
from guapeng.kernel.divisions.models import Division, Level
from guapeng.kernel.people.models import Post
from guapeng.plain import codes
from guapeng.plain.text import fold
from guapeng.plain.unfit import Unfit, gettext_noop

_TOLERANCE: Final = 50.0
"""Metres between neighbouring outlines that were drawn one by one."""


class NoSuchRoot(Unfit):
    """The code given for the rows whose place names none is no county's, nor of anything below."""

    code = "places.root"
    wording = gettext_noop("没有代码为%(division)s的旗县或其下级区划")


class RootNeeded(Unfit):
    """There is not exactly one county that it could be."""

    code = "places.root_needed"
    wording = gettext_noop("请用 --division 指明旗县代码：行里没有写地点的诉求归到那里")


def root(code: str, *, on: dt.date) -> Division:
    """Return the division for rows whose place names none: as given, else the county in service.

    In service is the only county, or of several the only one in which somebody holds a post.

    Raises:
        NoSuchRoot: nothing bears the code on that day, or only a region or city.
        RootNeeded: there are several counties in service, or none.
        Unfit: the code cannot be one.
    """
    if code:
        found = queries.by_code(code, on=on).filter(level__gte=Level.COUNTY).first()
        if found is None:
            raise NoSuchRoot(division=code)
        return found
    counties = queries.at(on).filter(level=Level.COUNTY)
    in_service = list(counties[:2])
    if len(in_service) > 1:
        posts = Post.objects.filter(valid__contains=on)
        lineages = posts.values_list("division__lineage", flat=True).distinct()
        held = {id_ for lineage in lineages for id_ in lineage}
        in_service = list(counties.filter(pk__in=held)[:2])
    if len(in_service) != 1:
        raise RootNeeded
    return in_service[0]


class Places:
    """The divisions below one, as they are on a day; looked at once, asked for every row."""

    def __init__(self, root: Division, *, on: dt.date) -> None:
        self.root, self.on = root, on
        below = list(queries.subtree(root, on=on))
        self.by_id = {one.pk: one for one in below}
        self.by_code = {one.code: one for one in below}
        self.by_name: dict[str, list[Division]] = {}
        for one in below:
            if one.level > Level.COUNTY:
                self.by_name.setdefault(fold(one.name), []).append(one)
        longest_first = sorted(self.by_name, key=len, reverse=True)
        self._names = re.compile("|".join(map(re.escape, longest_first)) or r"(?!)")

    def named(self, text: str) -> Division | None:
        """Return the deepest division below the root that ``text`` names by code or name.

        A name that several bear is told apart by another name in the text, above them.
        """
        if text.isdecimal():
            return self._coded(text)
        names = dict.fromkeys(self._names.findall(fold(text)))
        found = [one for name in names for one in self.by_name[name]]
        return _only_deepest(found)

    def located(self, points: Sequence[tuple[float, float]]) -> list[Division | None]:
        """Return the deepest division at each point (longitude, latitude, degrees), in order."""
        if not points:
            return []
        index = places.place_index(on=self.on)
        lons, lats = zip(*points, strict=True)
        ids = index.divisions_at(lons, lats, tolerance=_TOLERANCE)
        return [self.by_id.get(int(id_)) for id_ in ids]

    def deeper(self, named: Division | None, located: Division | None) -> Division:
        """Return where both say it is; what was said in words wins over a point elsewhere."""
        if named and located and named.pk in located.lineage:
            return located
        return named or located or self.root

    def _coded(self, text: str) -> Division | None:
        try:
            return self.by_code.get(codes.normalise(text))
        except Unfit:
            return None


def _only_deepest(found: Sequence[Division]) -> Division | None:
    """Return the one of the deepest that most of the others lie above; None if several do."""
    if len(found) < 2:  # noqa: PLR2004  # nearly every row names one
        return found[0] if found else None
    ids = {one.pk for one in found}
    best = max(_agreement(one, ids) for one in found)
    candidates = [one for one in found if _agreement(one, ids) == best]
    return candidates[0] if len(candidates) == 1 else None


def _agreement(one: Division, ids: Collection[int]) -> tuple[int, int]:
    """Return how many of ``ids`` lie on the way down to a division, and how deep it lies."""
    return len(set(one.lineage) & set(ids)), one.level
