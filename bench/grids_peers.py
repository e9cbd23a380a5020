"""Two more peers for the division into grids: GerryChain's trees and spopt's MaxP.

Both get the neighbours and households of ``grids_judge.py``. They are put into ``bench/.peer``, and
found after the packages that are here anyway. Neither promises a result: GerryChain may get stuck
(a community is then one grid), and MaxP knows no most.
"""

import random
import subprocess
import sys
import time
import warnings
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from grids_judge import LEAST, Place

HERE = Path(__file__).parent
FOLDER = HERE / ".peer" / "regions"
NEEDED = ("gerrychain==1.0.0", "spopt==0.7.0")
TOLERANCE = 0.25
CONSTRUCTIONS, ANNEALINGS = 9, 1
SMALLEST = 8


def install() -> None:
    """Put the peers beside the benchmark, once."""
    if not FOLDER.exists():
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--target", str(FOLDER)]
        subprocess.run([*pip, *NEEDED], check=True)
    if str(FOLDER) not in sys.path:
        sys.path.append(str(FOLDER))


def small(places: list[Place]) -> list[Place]:
    """Return the smallest communities in town that need several grids: MaxP ends on these."""
    towns = [one for one in places if one.kind == "urban"]
    return sorted(towns, key=lambda one: (len(one.ids), one.id))[:SMALLEST]


def by_trees(places: list[Place], plan: dict[str, str]) -> tuple[dict[str, str], float]:
    """Return GerryChain's plan with as many grids as ours has, and the seconds it took."""
    install()
    import networkx as nx
    from gerrychain import Graph
    from gerrychain.partition import recursive_tree_part
    from gerrychain.tree import bipartition_tree

    random.seed(1)
    begun, found = time.process_time(), {}
    for place in places:
        grids = len({plan[one] for one in place.ids})
        part = dict.fromkeys(range(len(place.ids)), 0)
        if grids > 1:
            beside = nx.Graph()
            beside.add_nodes_from((i, {"load": int(n)}) for i, n in enumerate(place.households))
            beside.add_edges_from([*place.edges, *links(place)])
            method = partial(bipartition_tree, max_attempts=500)
            share = int(place.households.sum()) / grids
            try:
                part = recursive_tree_part(
                    Graph.from_networkx(beside),
                    range(grids),
                    share,
                    "load",
                    TOLERANCE,
                    bipartition_tree_fn=method,
                )
            except (RuntimeError, ValueError):
                print(f"    GerryChain found nothing for {place.id}")
        found |= {one: f"{place.id}-{part[i]}" for i, one in enumerate(place.ids)}
    return found, time.process_time() - begun


def links(place: Place) -> list[tuple[int, int]]:
    """Return the shortest ways from each part to what comes before it; a tree needs all in one."""
    found = []
    for part in range(1, int(place.parts.max()) + 1):
        mine, others = np.flatnonzero(place.parts == part), np.flatnonzero(place.parts < part)
        apart = np.linalg.norm(place.xy[mine][:, None] - place.xy[others][None], axis=2)
        at = np.unravel_index(apart.argmin(), apart.shape)
        found.append((int(mine[at[0]]), int(others[at[1]])))
    return found


def by_max_p(places: list[Place]) -> tuple[dict[str, str], float]:
    """Return spopt's plan, which has as many grids of at least 300 as it finds."""
    install()
    import geopandas
    import libpysal
    from spopt.region import MaxPHeuristic

    begun, found = time.process_time(), {}
    for place in places:
        beside: dict[int, list[int]] = {i: [] for i in range(len(place.ids))}
        for a, b in place.edges:
            beside[a].append(b)
            beside[b].append(a)
        rows = geopandas.GeoDataFrame(
            {"load": place.households, "x": place.xy[:, 0], "y": place.xy[:, 1]},
            geometry=geopandas.points_from_xy(*place.xy.T),
        )
        np.random.seed(1)  # noqa: NPY002 - it takes no other
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            model: Any = MaxPHeuristic(
                rows,
                libpysal.weights.W(beside),
                ["x", "y"],
                "load",
                LEAST,
                2,
                max_iterations_construction=CONSTRUCTIONS,
                max_iterations_sa=ANNEALINGS,
            )
            model.solve()
        found |= {one: f"{place.id}-{g}" for one, g in zip(place.ids, model.labels_, strict=True)}
    return found, time.process_time() - begun
