"""Which division a point lies in: the outlines in a tree in memory, thousands of points at once.

Points and outlines are longitude and latitude in degrees of CGCS2000 or WGS 84, which agree
within a metre; outlines in another system would put people into the neighbour's grid and are
left out.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any, Self

import numpy as np
import shapely
from django.db import connection
from numpy.typing import ArrayLike, NDArray

from guapeng.kernel.divisions.models import Division
from guapeng.plain.geo import System

Ids = NDArray[np.int64]
Degrees = NDArray[np.float64]

NOWHERE = 0
"""Stands for a division's id where there is none."""

_GROUND = (System.CGCS2000.name, System.WGS84.name)
_METRES_A_DEGREE = 111_320  # of latitude
_CHUNK = 65_536


@dataclass(frozen=True)
class PlaceIndex:
    """The outlines of one day, shallow levels first, so that the last that holds a point wins.

    Where outlines of one level share a border or overlap, the division registered first wins.
    """

    ids: Ids
    levels: NDArray[np.int16]
    outlines: NDArray[Any]

    @classmethod
    def of(cls, rows: Iterable[tuple[int, int, bytes]]) -> Self:
        """Build the index of id, level and outline (WKB) of divisions."""
        ranked = sorted(rows, key=lambda row: (row[1], -row[0]))
        outlines = np.array([shapely.from_wkb(wkb) for _, _, wkb in ranked], dtype=object)
        shapely.prepare(outlines)
        return cls(
            ids=np.array([id_ for id_, _, _ in ranked], dtype=np.int64),
            levels=np.array([level for _, level, _ in ranked], dtype=np.int16),
            outlines=outlines,
        )

    def division_at(self, lon: float, lat: float, *, tolerance: float = 0.0) -> int | None:
        """Return the id of the deepest division that holds the point, ``None`` if none does.

        See ``divisions_at`` for ``tolerance``.
        """
        found = int(self.divisions_at([lon], [lat], tolerance=tolerance)[0])
        return None if found == NOWHERE else found

    def divisions_at(self, lons: ArrayLike, lats: ArrayLike, *, tolerance: float = 0.0) -> Ids:
        """Return the id of the deepest division at each point, ``NOWHERE`` where there is none.

        Neighbours that were drawn one by one leave slivers between them. A point that no outline
        of the deepest level holds is given to the nearest of them within ``tolerance`` metres
        (north and south; in China a tenth to two fifths less east and west).
        """
        xs, ys = np.asarray(lons, dtype=np.float64), np.asarray(lats, dtype=np.float64)
        places = np.full(len(xs), -1, dtype=np.int64)
        for start in range(0, len(xs), _CHUNK):
            part = slice(start, start + _CHUNK)
            places[part] = self._held(xs[part], ys[part])
        if tolerance and len(self.ids):
            self._snap(places, xs, ys, tolerance / _METRES_A_DEGREE)
        return np.append(self.ids, NOWHERE)[places]  # place -1 is the last: nowhere

    def _held(self, xs: Degrees, ys: Degrees) -> Ids:
        """Return the place in the index of the deepest outline that holds each point, or -1."""
        points, places = self._tree.query(shapely.points(xs, ys))
        holds = shapely.intersects_xy(self.outlines[places], xs[points], ys[points])
        deepest = np.full(len(xs), -1, dtype=np.int64)
        np.maximum.at(deepest, points[holds], places[holds])
        return deepest

    def _snap(self, places: Ids, xs: Degrees, ys: Degrees, reach: float) -> None:
        """Move points that no outline of the deepest level holds to one within ``reach``."""
        loose = np.flatnonzero((places < self._first_of_deepest) & np.isfinite(xs + ys))
        points = shapely.points(xs[loose], ys[loose])
        near, which = self._deepest_tree.query_nearest(
            points, max_distance=reach, all_matches=False
        )
        places[loose[near]] = which + self._first_of_deepest

    @cached_property
    def _tree(self) -> shapely.STRtree:
        return shapely.STRtree(self.outlines)

    @cached_property
    def _first_of_deepest(self) -> int:
        return int(np.searchsorted(self.levels, self.levels[-1]))

    @cached_property
    def _deepest_tree(self) -> shapely.STRtree:
        return shapely.STRtree(self.outlines[self._first_of_deepest :])


def place_index(*, on: dt.date) -> PlaceIndex:
    """Return the index of the outlines valid ``on`` that day; built once for every version of them.

    Costs one small query, and nothing more until somebody changes a division.
    """
    return _built(on, _version())


@lru_cache(maxsize=2)
def _built(on: dt.date, _version: tuple[int, ...]) -> PlaceIndex:
    drawn = Division.objects.filter(valid__contains=on, outline__isnull=False, datum__in=_GROUND)
    rows = drawn.values_list("pk", "level", "outline").iterator(chunk_size=1000)
    return PlaceIndex.of((pk, level, bytes(outline or b"")) for pk, level, outline in rows)


# A row that is changed gets the number of the changing transaction, and so does its sum.
_VERSION = """
select count(*), coalesce(max(id), 0), coalesce(sum(xmin::text::bigint), 0)::bigint
from divisions_division where outline is not null
"""


def _version() -> tuple[int, ...]:
    with connection.cursor() as cursor:
        cursor.execute(_VERSION)
        return tuple(cursor.fetchone())
