"""Positions on Chinese maps: in which system they are, whether they can be right, how far apart.

A position is longitude and latitude in degrees, in this order. Published Chinese maps are drawn
in GCJ-02, which lies 30 to 700 m beside the ground, not everywhere the same way; two systems on
one map is the classic mistake. So every layer is stored as it came, with its system, and moved
towards the map when shown. There is no way back from GCJ-02 here: undoing the shift is for those
whom the surveying authority permits.
"""

from enum import StrEnum
from math import asin, atan2, cos, degrees, floor, hypot, pi, radians, sin, sqrt
from typing import NamedTuple

from guapeng.plain.unfit import Unfit, gettext_noop


class System(StrEnum):
    """The coordinate system of a layer. CGCS2000 and WGS 84 agree within a metre."""

    CGCS2000 = "cgcs2000"
    WGS84 = "wgs84"
    GCJ02 = "gcj02"
    BD09 = "bd09"


class Position(NamedTuple):
    """Degrees east, degrees north."""

    lon: float
    lat: float


class Box(NamedTuple):
    """The positions from west to east and from south to north, edges included."""

    west: float
    south: float
    east: float
    north: float

    def holds(self, position: Position) -> bool:
        """Whether ``position`` lies in the box."""
        return self.west <= position.lon <= self.east and self.south <= position.lat <= self.north


CHINA = Box(west=73.4, south=3.8, east=135.1, north=53.6)


class Swapped(Unfit):
    """Latitude stands where longitude belongs."""

    code = "position.swapped"
    wording = gettext_noop("经度和纬度可能写反了：经度 %(lon)s，纬度 %(lat)s")


class Projected(Unfit):
    """The numbers are metres of a projection, not degrees."""

    code = "position.projected"
    wording = gettext_noop("坐标像是以米为单位的平面坐标，请先换算成经纬度：%(lon)s，%(lat)s")


class OutsideChina(Unfit):
    """The position is nowhere in China."""

    code = "position.outside"
    wording = gettext_noop("位置不在中国境内：经度 %(lon)s，纬度 %(lat)s")


def plausible(lon: float, lat: float) -> Position:
    """Return the position if it can be one in China, in whatever system.

    Raises:
        Projected, Swapped, OutsideChina: what is most likely wrong with it.
    """
    position = Position(lon, lat)
    if CHINA.holds(position):
        return position
    if CHINA.holds(Position(lat, lon)):
        raise Swapped(lon=lon, lat=lat)
    if max(abs(lon), abs(lat)) > 180:  # noqa: PLR2004 - degrees end there
        raise Projected(lon=lon, lat=lat)
    raise OutsideChina(lon=lon, lat=lat)


_EARTH_RADIUS = 6_371_008.8  # metres, mean radius of GRS 80


def distance(one: Position, other: Position) -> float:
    """Return the metres between two positions on a sphere (haversine; 0.5 % off at most)."""
    north, east = radians(other.lat - one.lat), radians(other.lon - one.lon)
    shrunk = cos(radians(one.lat)) * cos(radians(other.lat))
    chord = sin(north / 2) ** 2 + shrunk * sin(east / 2) ** 2
    return 2 * _EARTH_RADIUS * asin(min(1.0, sqrt(chord)))


def box_around(centre: Position, metres: float) -> Box:
    """Return the smallest box that holds every position within ``metres`` of ``centre``.

    An index finds the box's positions fast; ``distance`` then leaves out its corners. Meant for
    up to 1,000 km around positions in China, away from poles and date line.
    """
    angle = metres / _EARTH_RADIUS
    north = degrees(angle)
    east = degrees(asin(sin(angle) / cos(radians(centre.lat))))
    return Box(centre.lon - east, centre.lat - north, centre.lon + east, centre.lat + north)


def to_gcj02(position: Position, system: System) -> Position:
    """Return where ``position`` of ``system`` lies on a GCJ-02 map; as it is if outside China."""
    if system is System.GCJ02 or not CHINA.holds(position):
        return position
    if system is System.BD09:
        return _from_bd09(position)
    return _shifted(position)


# The shift in metres is a polynomial and these waves, as amplitude and waves per two degrees,
# around 105° E 35° N; it is not published, but known from maps since about 2010 and the same in
# every open implementation.
_CENTRE = Position(105.0, 35.0)
_WAVES_BOTH = ((20.0, 6.0), (20.0, 2.0))
_WAVES_EAST = ((20.0, 1.0), (40.0, 1 / 3), (150.0, 1 / 12), (300.0, 1 / 30))
_WAVES_NORTH = ((20.0, 1.0), (40.0, 1 / 3), (160.0, 1 / 12), (320.0, 1 / 30))
# Krasovsky 1940: semi-major axis in metres, square of the eccentricity.
_AXIS = 6_378_245.0
_ECCENTRICITY = 0.00669342162296594323


def _shifted(position: Position) -> Position:
    east, north = _shift_metres(position.lon - _CENTRE.lon, position.lat - _CENTRE.lat)
    latitude = radians(position.lat)
    bend = 1 - _ECCENTRICITY * sin(latitude) ** 2
    across = _AXIS / sqrt(bend) * cos(latitude)
    along = _AXIS * (1 - _ECCENTRICITY) / (bend * sqrt(bend))
    return Position(position.lon + degrees(east / across), position.lat + degrees(north / along))


def _shift_metres(x: float, y: float) -> tuple[float, float]:
    both = 0.1 * x * y + _wave(x, _WAVES_BOTH)
    root = sqrt(abs(x))
    east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * root + both + _wave(x, _WAVES_EAST)
    north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.2 * root + both + _wave(y, _WAVES_NORTH)
    return east, north


def _wave(place: float, waves: tuple[tuple[float, float], ...]) -> float:
    return sum(amplitude * sin(pi * often * place) for amplitude, often in waves) * 2 / 3


def _from_bd09(position: Position) -> Position:
    """Undo Baidu's second shift; each round leaves a fiftieth of the error of the last."""
    found = position
    for _ in range(6):
        lon, lat = to_bd09(found)
        found = Position(found.lon + position.lon - lon, found.lat + position.lat - lat)
    return found


_BD09_WAVE = pi * 3000 / 180


def to_bd09(position: Position) -> Position:
    """Return where a ``position`` of GCJ-02 lies on a BD-09 map."""
    lon, lat = position
    reach = hypot(lon, lat) + 0.00002 * sin(lat * _BD09_WAVE)
    angle = atan2(lat, lon) + 0.000003 * cos(lon * _BD09_WAVE)
    return Position(reach * cos(angle) + 0.0065, reach * sin(angle) + 0.006)


# Published places are squares of some 200 m, not points: a point can be somebody's home.
SQUARE_NORTH = 0.002
SQUARE_EAST = 0.0025
SQUARES_A_ROW = 200_000


def square_of(position: Position) -> int:
    """Return the number of the square, some 200 m wide, in which ``position`` lies."""
    return _row(position.lat) * SQUARES_A_ROW + _column(position.lon)


def middle_of(square: int) -> Position:
    """Return the middle of a square."""
    row, column = divmod(square, SQUARES_A_ROW)
    return Position((column + 0.5) * SQUARE_EAST, (row + 0.5) * SQUARE_NORTH)


def squares_of(box: Box) -> list[tuple[int, int]]:
    """Return the first and the last square of each row of squares that ``box`` touches."""
    west, east = _column(box.west), _column(box.east)
    rows = range(_row(box.south), _row(box.north) + 1)
    return [(row * SQUARES_A_ROW + west, row * SQUARES_A_ROW + east) for row in rows]


def _row(lat: float) -> int:
    return floor(lat / SQUARE_NORTH)


def _column(lon: float) -> int:
    return floor(lon / SQUARE_EAST)
