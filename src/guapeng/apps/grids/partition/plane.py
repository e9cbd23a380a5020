"""Degrees to metres and back, on a plane that touches the ellipsoid of CGCS2000 at a community.

Longitude and latitude are only stretched, so a straight line stays straight: what is cut on the
plane fits its neighbours again in degrees. Within 10 km lengths are right to 1 in 500.
"""

from dataclasses import dataclass
from math import cos, radians, sin, sqrt
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import shapely

Floats = npt.NDArray[np.float64]

_AXIS: Final = 6_378_137.0
_FLATTENING: Final = 1 / 298.257222101
_SQUARE: Final = _FLATTENING * (2 - _FLATTENING)
_PLACES: Final = 3


@dataclass(frozen=True)
class Plane:
    """A plane around a position, where x and y are 0.

    Attributes:
        lon, lat: the position in degrees.
    """

    lon: float
    lat: float

    @property
    def stretch(self) -> Floats:
        """Metres east in a degree of longitude, and north in one of latitude."""
        bend = 1 - _SQUARE * sin(radians(self.lat)) ** 2
        across = _AXIS / sqrt(bend) * cos(radians(self.lat))
        along = _AXIS * (1 - _SQUARE) / bend**1.5
        return np.asarray(np.radians([across, along]))

    def metres(self, degrees: Floats) -> Floats:
        """Return (n, 2) metres east and north of (n, 2) longitudes and latitudes."""
        return np.asarray((degrees - (self.lon, self.lat)) * self.stretch)

    def degrees(self, metres: Floats) -> Floats:
        """Return (n, 2) longitudes and latitudes of (n, 2) metres."""
        return np.asarray(metres / self.stretch + (self.lon, self.lat))


def plane_of(area: Any) -> Plane:
    """Return the plane around an area in degrees; of equal areas the same."""
    west, south, east, north = shapely.bounds(area)
    return Plane(round((west + east) / 2, _PLACES), round((south + north) / 2, _PLACES))
