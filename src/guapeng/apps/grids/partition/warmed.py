"""Loading this module compiles the inner loops, or fetches them compiled.

Run as a program at installation; loaded by processes that are to be ready before there is work.
"""

import numpy as np
import shapely

from guapeng.apps.grids.partition.county import Community, Compound, Range
from guapeng.apps.grids.partition.plan import Options, Rules
from guapeng.apps.grids.partition.plane import Plane
from guapeng.apps.grids.partition.solve import divide


def _warm(*, prove: bool = False) -> None:
    """Divide sixteen houses into two grids, with a proof if that is to be compiled, too."""
    places = np.array([(x * 20.0, y * 20.0) for x in range(4) for y in range(4)])
    wall = shapely.box(-5, -5, 25, 65)
    houses = Community(
        id="0" * 12,
        name="",
        kind="",
        plane=Plane(116.0, 42.0),
        outline=shapely.box(-20, -20, 80, 80),
        ids=tuple(f"{at:02d}" for at in range(len(places))),
        places=places,
        households=np.full(len(places), 50),
        compound=np.where(places[:, 0] < 30, 0, -1),  # noqa: PLR2004 - two of four rows
        footprints=shapely.points(places),
        compounds=(Compound("", "", wall),),
        lines=(),
    )
    size = Range(300, 500, 400)
    divide(houses, Options(Rules(size, size), prove=prove))


_warm(prove=__name__ == "__main__")
