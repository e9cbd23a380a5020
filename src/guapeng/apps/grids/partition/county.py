"""The nouns of the partition: what is divided, by which rule, along which lines."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import numpy.typing as npt
import shapely

from guapeng.apps.grids.partition.plane import Plane
from guapeng.plain.unfit import Unfit

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Shapes = npt.NDArray[np.object_]


@dataclass(frozen=True)
class Range:
    """How many households a grid has: a dated rule, never a constant.

    Attributes:
        least, most: both allowed.
        aim: what a grid has where nothing speaks against it.
    """

    least: int
    most: int
    aim: int


@dataclass(frozen=True)
class Line:
    """A line that separates.

    Attributes:
        id: as the layer says.
        name, kind: the same (river, railway, expressway, arterial).
        hard: whether it is passed at crossings only.
        path: the line on the plane, in metres.
        crossings: (c, 2) places where it is passed, in metres.
    """

    id: str
    name: str
    kind: str
    hard: bool
    path: shapely.LineString
    crossings: Floats


@dataclass(frozen=True)
class Compound:
    """A gated compound (小区) or another group of buildings that stays whole where it can.

    Attributes:
        id, name: as the layer says.
        outline: its wall, in metres; None if only its buildings are known.
    """

    id: str
    name: str
    outline: shapely.Polygon | None


@dataclass(frozen=True)
class Special:
    """An organ, park, school or hospital that is a grid of its own (专属网格).

    Attributes:
        id, name, kind: as the layer says.
        area: in metres; None if only its buildings are known.
    """

    id: str
    name: str
    kind: str
    area: shapely.Polygon | None


@dataclass(frozen=True)
class Community:
    """A community or village and its buildings, sorted by their ids: the unit of the work.

    Attributes:
        id: 12 digits.
        name, kind: as the layer says (urban, periurban, rural, pastoral).
        plane: on which its metres are.
        outline: a polygon in metres.
        ids: of its n buildings.
        places: (n, 2) metres.
        households: (n) that count.
        compound: (n) places in ``compounds``, -1 for none.
        footprints: (n) polygons in metres, or points.
        compounds: those of its buildings.
        lines: those that pass through.
        specials: grids of their own; their areas lie in the outline and share borders only.
        special: (n) places in ``specials``, -1 for none; empty if there are none.
    """

    id: str
    name: str
    kind: str
    plane: Plane
    outline: shapely.Polygon
    ids: tuple[str, ...]
    places: Floats
    households: Ints
    compound: Ints
    footprints: npt.NDArray[np.object_]
    compounds: tuple[Compound, ...]
    lines: tuple[Line, ...]
    specials: tuple[Special, ...] = ()
    special: Ints = field(default_factory=lambda: np.empty(0, dtype=np.int64))

    @cached_property
    def total(self) -> int:
        """All households."""
        return int(self.households.sum())


@dataclass(frozen=True)
class Fault:
    """What is wrong with one row of a layer.

    Attributes:
        layer: the file.
        row: as a person finds it: the line of a table, the place of a feature counted from 1.
        id: of the row, as far as it has one.
        reason: the fault in words.
    """

    layer: str
    row: int
    id: str
    reason: Unfit


@dataclass(frozen=True)
class Estimate:
    """A count of households that was worked out from floors, because none was told.

    Attributes:
        layer, row, id: as of a fault.
        households: floors by entrances by homes on a floor.
    """

    layer: str
    row: int
    id: str
    households: int


@dataclass(frozen=True)
class Source:
    """How a layer was read.

    Attributes:
        file: its name.
        rows: how many it has.
        system: in which its numbers are, as people say it (``gcj02``, ``epsg:4547``).
        columns: the file's heading for each of our columns that was found.
    """

    file: str
    rows: int
    system: str
    columns: Mapping[str, str]


@dataclass(frozen=True)
class County:
    """What was read and is right, and what is not.

    Attributes:
        communities: sorted by id.
        faults: in the order of layers and rows.
        estimates: counts that nobody told, in the order of rows.
        sources: the layers by name.
        shifted: whether all lies in GCJ-02 now, because a layer did.
    """

    communities: tuple[Community, ...]
    faults: tuple[Fault, ...] = ()
    estimates: tuple[Estimate, ...] = ()
    sources: Mapping[str, Source] = field(default_factory=dict)
    shifted: bool = False
