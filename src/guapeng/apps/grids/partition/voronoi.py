"""Borders halfway between places."""

import numpy as np
from scipy.spatial import Voronoi

from guapeng.apps.grids.partition.county import Floats, Ints


def ridges(sites: Floats) -> tuple[Ints, Floats]:
    """Return (r, 2) pairs of sites and the (r, 2, 2) ends of what is between them."""
    middle = (sites.min(axis=0) + sites.max(axis=0)) / 2
    reach = 10 * (float(np.ptp(sites, axis=0).max()) + 10_000.0)
    around = middle + reach * np.array([[-1.0, -1.0], [-1.0, 1.0], [1.0, -1.0], [1.0, 1.0]])
    cells = Voronoi(np.vstack([sites, around]) - middle)
    real = (cells.ridge_points < len(sites)).all(axis=1)
    corners = np.array(cells.ridge_vertices, dtype=np.int64)[real]
    pairs = cells.ridge_points[real].astype(np.int64).reshape(-1, 2)
    ends = cells.vertices[corners.reshape(-1, 2)] + middle
    return pairs, ends
