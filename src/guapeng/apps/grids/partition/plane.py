"""Degrees to metres and back: transverse Mercator on CGCS2000, as the 3-degree belts are drawn.

Krüger's series to the fourth order, exact to a hundredth of a millimetre within a belt. The middle
meridian may be any, so that a county at the edge of two belts has one plane.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

_AXIS: Final = 6_378_137.0
_FLATTENING: Final = 1 / 298.257222101
_N: Final = _FLATTENING / (2 - _FLATTENING)
_ECCENTRICITY: Final = 2 * np.sqrt(_N) / (1 + _N)
_RADIUS: Final = _AXIS / (1 + _N) * (1 + _N**2 / 4 + _N**4 / 64)
_FORTH: Final = (
    _N / 2 - 2 * _N**2 / 3 + 5 * _N**3 / 16 + 41 * _N**4 / 180,
    13 * _N**2 / 48 - 3 * _N**3 / 5 + 557 * _N**4 / 1440,
    61 * _N**3 / 240 - 103 * _N**4 / 140,
    49561 * _N**4 / 161280,
)
_BACK: Final = (
    _N / 2 - 2 * _N**2 / 3 + 37 * _N**3 / 96 - _N**4 / 360,
    _N**2 / 48 + _N**3 / 15 - 437 * _N**4 / 1440,
    17 * _N**3 / 480 - 37 * _N**4 / 840,
    4397 * _N**4 / 161280,
)
_ROUNDS: Final = 5


@dataclass(frozen=True)
class Plane:
    """A plane around a meridian.

    Attributes:
        lon: its meridian in degrees east, where x is 0.
    """

    lon: float

    def metres(self, degrees: Floats) -> Floats:
        """Return (n, 2) metres east and north of (n, 2) longitudes and latitudes in degrees."""
        east = np.radians(degrees[:, 0] - self.lon)
        sine = np.sin(np.radians(degrees[:, 1]))
        tangent = np.sinh(np.arctanh(sine) - _ECCENTRICITY * np.arctanh(_ECCENTRICITY * sine))
        xi = np.arctan2(tangent, np.cos(east))
        eta = np.arcsinh(np.sin(east) / np.hypot(tangent, np.cos(east)))
        x, y = eta.copy(), xi.copy()
        for order, factor in enumerate(_FORTH, start=1):
            x += factor * np.cos(2 * order * xi) * np.sinh(2 * order * eta)
            y += factor * np.sin(2 * order * xi) * np.cosh(2 * order * eta)
        return np.column_stack([x, y]) * _RADIUS

    def degrees(self, metres: Floats) -> Floats:
        """Return (n, 2) longitudes and latitudes of (n, 2) metres on the plane."""
        x, y = metres[:, 0] / _RADIUS, metres[:, 1] / _RADIUS
        eta, xi = x.copy(), y.copy()
        for order, factor in enumerate(_BACK, start=1):
            eta -= factor * np.cos(2 * order * y) * np.sinh(2 * order * x)
            xi -= factor * np.sin(2 * order * y) * np.cosh(2 * order * x)
        east = np.degrees(np.arctan2(np.sinh(eta), np.cos(xi)))
        return np.column_stack([self.lon + east, _latitude(np.sin(xi), np.sinh(eta), np.cos(xi))])


def plane_around(degrees: Floats) -> Plane:
    """Return the plane around the middle meridian of (n, 2) positions, to a hundredth degree."""
    lon = degrees[:, 0]
    return Plane(round(float(lon.min() + lon.max()) / 2, 2) if len(lon) else 0.0)


def _latitude(sine: Floats, across: Floats, cosine: Floats) -> Floats:
    """Return latitudes whose conformal tangent is ``sine / hypot(across, cosine)``."""
    wanted = np.arcsinh(sine / np.hypot(across, cosine))
    found = np.tanh(wanted)
    for _ in range(_ROUNDS):
        found = np.tanh(wanted + _ECCENTRICITY * np.arctanh(_ECCENTRICITY * found))
    return np.degrees(np.arcsin(found))
