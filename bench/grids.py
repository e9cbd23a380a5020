"""The division into grids beside METIS, in one run, judged by ``grids_judge.py``.

For each county (a folder of GeoJSON layers): time and memory from files to plan; what is in range,
connected, whole; walks, shapes, crossings and needless splits, all as ratios to METIS, which gets
the same neighbours, as many grids, and weights that tell it of compounds, lines and borders. Then
the promises: same bytes from shuffled rows, by other numbers of processes and without the compiler;
least change; fewest grids; damaged rows; and how far plans are from the proven optimum.

Example: python bench/grids.py county1 county2 --parts quality,gap
"""

import argparse
import csv
import hashlib
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import grids_judge
import grids_peers
import numpy as np
import psutil
from grids_judge import Place

HERE = Path(__file__).parent
PEER = "pymetis==2025.2.2"
PEER_FOLDER = HERE / ".peer" / "metis"
UFACTORS = (30, 100, 200)
AGAINST = 100
WEIGHS = 4
"""How often a border within a compound counts for METIS, and one across a line the less."""
UNITS = (22, 30)
"""To so many units communities are merged for the exact model, which the product asks up to 24."""


def main() -> None:
    """Measure every county by every part that is asked for."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("counties", nargs="+", type=Path)
    options.add_argument("--parts", default=",".join(PARTS), help=", ".join(PARTS))
    given = options.parse_args()
    for county in given.counties:
        print(f"\n{county.name}, {os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}")
        for part in given.parts.split(","):
            PARTS[part](county)


def files_to_plan(county: Path) -> None:
    """Whole command: clock, processor time, memory of all processes."""
    with tempfile.TemporaryDirectory() as folder:
        run(county, Path(folder))
        for workers in (2, 1):
            clock, cpu, memory = watched(county, Path(folder), "--workers", str(workers))
            print(f"  {workers} workers: {clock:.1f} s, {cpu:.1f} s CPU, {memory:.0f} MB")
        clock, cpu, _ = watched(county, Path(folder), "--workers", "2", plain=True)
        print(f"  without the compiler: {clock:.1f} s, {cpu:.1f} s CPU")


def quality(county: Path) -> None:
    """Our plan and METIS's, by the same judge."""
    with tempfile.TemporaryDirectory() as folder:
        run(county, Path(folder))
        plan = plan_in(Path(folder))
    everywhere = grids_judge.read(county, left_out=damaged(county, repeated=False))
    strays = [one for place in everywhere for one in place.ids if one not in plan]
    whole = grids_judge.judge(everywhere, plan)
    print(f"  all: without a grid {len(strays)}, pieces beyond one a grid {whole.disconnected}")
    places = [
        place
        for place in everywhere
        if place.households.sum() > grids_judge.MOST and grids_judge.feasible(place)
    ]
    bound = sum(-(-int(place.households.sum()) // grids_judge.MOST) for place in places)
    print(f"  {len(places)} communities that can be in range, at least {bound} grids")
    ours = grids_judge.judge(places, plan).told()
    row("ours", ours)
    for ufactor in UFACTORS:
        theirs = grids_judge.judge(places, metis(places, plan, ufactor)).told()
        row(f"METIS {ufactor}", theirs)
        if ufactor == AGAINST:
            against = theirs
    ratios = {
        name: round(ours[name] / max(against[name], 1e-9), 3)
        for name in ("walk", "polsby-popper", "road", "hard", "splits")
    }
    print(f"  to METIS {AGAINST}: {ratios}")
    peers(places, plan)


def peers(places: list[Place], plan: dict[str, str]) -> None:
    """The same by GerryChain, and by spopt's MaxP as far as it ends."""
    trees, seconds = grids_peers.by_trees(places, plan)
    row("GerryChain", {**grids_judge.judge(places, trees).told(), "s": round(seconds, 1)})
    small = grids_peers.small(places)
    row("ours, small", grids_judge.judge(small, plan).told())
    regions, seconds = grids_peers.by_max_p(small)
    row("MaxP, small", {**grids_judge.judge(small, regions).told(), "s": round(seconds, 1)})


def row(name: str, figures: dict[str, float]) -> None:
    """Print one line of figures."""
    print(f"  {name:12}" + "  ".join(f"{key} {value}" for key, value in figures.items()))


def metis(places: list[Place], plan: dict[str, str], ufactor: int) -> dict[str, str]:
    """Return METIS's plan with as many grids as ours has in each community."""
    pymetis = peer()
    found: dict[str, str] = {}
    for place in places:
        grids = len({plan[one] for one in place.ids})
        part = [0] * len(place.ids)
        if grids > 1:
            begins, ends, weights = adjacency(place)
            part = pymetis.part_graph(
                grids,
                pymetis.CSRAdjacency(begins, ends),
                vweights=[int(load) for load in place.households],
                eweights=weights,
                options=pymetis.Options(
                    ufactor=ufactor, contig=int(place.parts.max() == 0), seed=1
                ),
            )[1]
        found |= {one: f"{place.id}-{g}" for one, g in zip(place.ids, part, strict=True)}
    return found


def adjacency(place: Place) -> tuple[list[int], list[int], list[int]]:
    """Return the neighbours of a community as METIS wants them, with weights of borders."""
    beside: list[list[tuple[int, int]]] = [[] for _ in place.ids]
    for a, b in place.edges:
        weight = min(place.border(a, b), 150.0)
        if place.compound[a] and place.compound[a] == place.compound[b]:
            weight *= WEIGHS
        if place.crosses(a, b):
            weight /= WEIGHS
        for one, other in ((a, b), (b, a)):
            beside[one].append((other, max(1, round(weight))))
    begins = np.cumsum([0, *(len(one) for one in beside)]).tolist()
    ends = [other for one in beside for other, _ in one]
    return begins, ends, [weight for one in beside for _, weight in one]


def peer() -> Any:
    """Return pymetis, installed for the benchmark alone."""
    if not PEER_FOLDER.exists():
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps"]
        subprocess.run([*pip, "--target", str(PEER_FOLDER), PEER], check=True)
    sys.path.insert(0, str(PEER_FOLDER))
    import pymetis  # only there now

    return pymetis


def sameness(county: Path) -> None:
    """Whether processes, order of rows and the compiler leave the bytes as they are."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        shuffled = folder / "shuffled"
        shuffle(county, shuffled)
        runs = {
            "two processes": lambda out: run(county, out, "--workers", "2"),
            "one process": lambda out: run(county, out, "--workers", "1"),
            "shuffled": lambda out: run(shuffled, out),
            "plain": lambda out: run(county, out, plain=True),
        }
        marks = {}
        for label, start in runs.items():
            start(folder / label)
            marks[label] = mark_of(folder / label)
        print(f"  same bytes: {len(set(marks.values())) == 1} {marks}")


def least_change(county: Path) -> None:
    """Divide without what is built later, then with it."""
    features = features_of(county, "buildings")
    late = {one["building_id"] for one in features if one["built"]}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        before, after, early = folder / "before", folder / "after", folder / "early"
        shuffle(county, early, keep=lambda said: said.get("building_id") not in late)
        run(early, before)
        run(county, after, "--previous", str(before))
        old, new = plan_in(before), plan_in(after)
        report = json.loads((after / "report.json").read_text("utf-8"))
        drawn = [areas_in(out) for out in (before, after)]
    home = {one["building_id"]: one["community_id"] for one in features}
    affected = {home[one] for one in late}
    there = sum(
        one["households"] or 0
        for one in features
        if one["community_id"] in affected and not one["built"]
    )
    same = all(old[one] == new[one] for one in old if home[one] not in affected)
    same_areas = all(
        new_area == drawn[0][code]
        for code, new_area in drawn[1].items()
        if code[:12] not in affected
    )
    moved = report["totals"]["moved_households"]
    print(
        f"  {len(affected)} communities grew: {moved} of {there} old households moved "
        f"({100 * moved / max(1, there):.2f} %), others the same: {same and same_areas}"
    )


def fewest(county: Path) -> None:
    """As few grids as there can be."""
    with tempfile.TemporaryDirectory() as folder:
        run(county, Path(folder), "--policy", "fewest")
        report = json.loads((Path(folder) / "report.json").read_text("utf-8"))
    fitting = [one for one in report["communities"] if one["feasible"]]
    grids = [grid for one in fitting for grid in one["grids"]]
    more = [part["code"] for one in fitting for part in one["parts"] if part["code"]]
    inside = sum(grid["in_range"] for grid in grids)
    print(f"  fewest: {inside} of {len(grids)} grids in range, more than the fewest: {more}")


def damage(county: Path) -> None:
    """Whether every damaged row is reported, and no other."""
    key = damaged(county)
    with tempfile.TemporaryDirectory() as folder:
        run(county, Path(folder))
        report = json.loads((Path(folder) / "report.json").read_text("utf-8"))
    told = {one["id"] for one in report["refused"]}
    print(f"  damaged rows {len(key)}, found {len(key & told)}, false {len(told - key)}")


def gap(county: Path) -> None:
    """How far plans are above the proven optimum of the declared objective."""
    for units in UNITS:
        gaps, seconds, alone = [], [], []
        for piece, wanted, terms, seed in instances(county, units):
            from guapeng.apps.grids.partition import exact
            from guapeng.apps.grids.partition.objective import Effort
            from guapeng.apps.grids.partition.search import search
            from guapeng.apps.grids.partition.solve import settled

            searched = search(piece, wanted.grids, terms, Effort(), seed=seed)
            begun = time.process_time()
            proof = exact.best(piece, wanted.grids, terms, searched)
            seconds.append(time.process_time() - begun)
            if proof.closed and not proof.refuted:
                found = settled(piece, wanted.grids, terms, searched)
                gaps.append(max(0.0, found.energy / proof.optimum - 1))
                alone.append(proof.gap)
        print(
            f"  {len(gaps)} instances of {units} units: mean gap {100 * np.mean(gaps):.2f} %, "
            f"worst {100 * np.max(gaps):.1f} %, at optimum {sum(one < 1e-6 for one in gaps)}; "
            f"search alone: mean {100 * np.mean(alone):.2f} %, worst {100 * np.max(alone):.1f} %; "
            f"proof {np.median(seconds):.2f} s CPU, longest {np.max(seconds):.1f}"
        )


def proof(county: Path) -> None:
    """The walks of urban communities of up to 100 buildings, held to the shortest there can be."""
    from guapeng.apps.grids.partition import walk_bound

    for community, _graph, part, wanted, piece in pieces(county):
        if community.kind != "urban" or not 60 <= len(part.rows) <= 100:
            continue
        begun = time.monotonic()
        grid = solve_piece(piece, wanted, community)
        solved = time.monotonic() - begun
        told = walk_bound.prove(piece, grid, wanted).told()
        print(
            f"  {community.id} {len(part.rows)} buildings, {wanted.grids} grids: {told}, "
            f"{solved:.2f} s to divide, {time.monotonic() - begun:.1f} s in all"
        )


def instances(county: Path, units: int) -> Iterator[tuple[Any, Any, Any, int]]:
    """Give communities of 3 to 6 grids, merged to few units, with what is asked of them."""
    from guapeng.apps.grids.partition.objective import Prices, seed_of
    from guapeng.apps.grids.partition.search import terms_of

    for community, _graph, _part, wanted, piece in pieces(county):
        if 3 <= wanted.grids <= 6:
            small = merged(piece, units)
            yield small, wanted, terms_of(wanted, Prices(), small), seed_of(0, community.id)


def pieces(county: Path) -> Iterator[tuple[Any, Any, Any, Any, Any]]:
    """Give the parts of a county that can be divided in range."""
    from guapeng.apps.grids.partition import Range, read_county
    from guapeng.apps.grids.partition.count import count
    from guapeng.apps.grids.partition.graph import neighbours
    from guapeng.apps.grids.partition.objective import Prices
    from guapeng.apps.grids.partition.pieces import parts_of, piece_of

    size = Range(300, 500, 400)
    for community in read_county(county).communities:
        if not community.ids:
            continue
        graph = neighbours(community, least=size.least, rule=size)
        for part in parts_of(community, graph):
            wanted = count(part.households, size)
            if wanted.fits and wanted.grids > 1:
                piece = piece_of(community, graph, part, wanted.grids, Prices())
                yield community, graph, part, wanted, piece


def solve_piece(piece: Any, wanted: Any, community: Any) -> Any:
    """Return the grids of a piece as the product finds them."""
    from guapeng.apps.grids.partition.objective import Effort, Prices, seed_of
    from guapeng.apps.grids.partition.search import search, terms_of

    terms = terms_of(wanted, Prices(), piece)
    return search(piece, wanted.grids, terms, Effort(), seed=seed_of(0, community.id)).grid


def merged(piece: Any, units: int) -> Any:
    """Return a piece of so many units: the lightest joins its dearest neighbour, over and over."""
    whose = np.arange(len(piece.households))
    load = piece.households.astype(int).copy()
    alive = set(range(len(load)))
    while len(alive) > units:
        light = min(alive, key=lambda i: (load[i], i))
        ends = np.stack([whose[piece.one], whose[piece.other]], axis=1)
        touching = (ends == light).any(axis=1) & (ends[:, 0] != ends[:, 1])
        others = ends[touching].sum(axis=1) - light
        keys = zip(
            piece.dear[touching].tolist(), load[others].tolist(), others.tolist(), strict=True
        )
        other = min(keys)[2]
        whose[whose == light] = other
        load[other] += load[light]
        alive.discard(light)
    return relabelled(piece, np.unique(whose, return_inverse=True)[1])


def relabelled(piece: Any, unit: Any) -> Any:
    """Return a piece whose units are joined buildings."""
    number = int(unit.max()) + 1
    weight = piece.households + 1e-6
    whole = np.bincount(unit, weights=weight)
    places = np.stack(
        [np.bincount(unit, weights=weight * piece.places[:, axis]) / whole for axis in (0, 1)],
        axis=1,
    )
    edges: dict[tuple[int, int], list[float]] = {}
    ends = zip(unit[piece.one], unit[piece.other], piece.border, piece.dear, strict=True)
    for one, other, border, dear in ends:
        if one != other:
            known = edges.setdefault((min(one, other), max(one, other)), [0.0, 3])
            known[0] += border
            known[1] = min(known[1], dear)
    pairs = sorted(edges)
    groups = []
    for layer in piece.layers:
        group = np.full(number, -1)
        np.maximum.at(group, unit, layer.group)
        groups.append(replace(layer, group=group))
    return replace(
        piece,
        places=places,
        households=np.bincount(unit, weights=piece.households).astype(int),
        one=np.array([one for one, _ in pairs]),
        other=np.array([other for _, other in pairs]),
        border=np.array([edges[pair][0] for pair in pairs]),
        dear=np.array([int(edges[pair][1]) for pair in pairs]),
        layers=groups,
        home=np.full(number, -1),
        fixed=np.zeros(number, dtype=int),
    )


def command(county: Path, out: Path, *more: str) -> list[str]:
    """Return the command that divides a county."""
    start = [sys.executable, "-m", "guapeng", "grids", "partition"]
    return [*start, str(county), "--out", str(out), *more]


def run(county: Path, out: Path, *more: str, plain: bool = False) -> None:
    """Divide a county; rows that are not right are no failure."""
    environment = {**os.environ, "GUAPENG_GRIDS_PLAIN": "1"} if plain else None
    ended = subprocess.run(
        command(county, out, *more), env=environment, capture_output=True, check=False
    )
    if ended.returncode > 1:
        raise SystemExit(ended.stderr.decode())


def watched(county: Path, out: Path, *more: str, plain: bool = False) -> tuple[float, float, float]:
    """Return seconds by the clock, of all processes, and their greatest memory (proportional)."""
    environment = {**os.environ, **({"GUAPENG_GRIDS_PLAIN": "1"} if plain else {})}
    begun = time.monotonic()
    started = psutil.Popen(
        command(county, out, *more),
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    cpu: dict[int, float] = {}
    most = 0.0
    while started.poll() is None:
        memory = 0.0
        try:
            for process in (started, *started.children(recursive=True)):
                times = process.cpu_times()
                cpu[process.pid] = times.user + times.system
                memory += process.memory_full_info().pss / 1e6
        except psutil.Error:
            pass
        most = max(most, memory)
        time.sleep(0.05)
    return time.monotonic() - begun, sum(cpu.values()), most


def plan_in(folder: Path) -> dict[str, str]:
    """Return the grid of each building."""
    with (folder / "assignment.csv").open(encoding="utf-8", newline="") as file:
        return {one["building_id"]: one["grid_id"] for one in csv.DictReader(file)}


def areas_in(folder: Path) -> dict[str, Any]:
    """Return the geometry of each grid."""
    features = json.loads((folder / "grids.geojson").read_text("utf-8"))["features"]
    return {one["properties"]["code"]: one["geometry"] for one in features}


def mark_of(folder: Path) -> str:
    """Return a mark of the two files that tell the plan."""
    content = b"".join((folder / name).read_bytes() for name in ("assignment.csv", "grids.geojson"))
    return hashlib.sha256(content).hexdigest()[:12]


def shuffle(
    county: Path, out: Path, keep: Callable[[dict[str, Any]], bool] = lambda _said: True
) -> None:
    """Write a county with its rows in another order, and only those to ``keep``."""
    out.mkdir(parents=True)
    for path in county.glob("*.geojson"):
        layer = json.loads(path.read_text("utf-8"))
        layer["features"] = [one for one in layer["features"] if keep(one["properties"])]
        random.Random(5).shuffle(layer["features"])  # noqa: S311 - any order will do
        (out / path.name).write_text(json.dumps(layer, ensure_ascii=False), "utf-8")


def features_of(county: Path, layer: str) -> list[dict[str, Any]]:
    """Return what the rows of a layer say."""
    text = (county / f"{layer}.geojson").read_text("utf-8")
    return [one["properties"] for one in json.loads(text)["features"]]


def damaged(county: Path, *, repeated: bool = True) -> set[str]:
    """Return the ids that were damaged on purpose; those that only stand twice, if told."""
    key = county / "dirt.json"
    damage = json.loads(key.read_text("utf-8")) if key.exists() else {}
    return {one for one, what in damage.items() if repeated or what != "duplicate"}


PARTS: dict[str, Callable[[Path], None]] = {
    "time": files_to_plan,
    "quality": quality,
    "same": sameness,
    "change": least_change,
    "fewest": fewest,
    "damage": damage,
    "gap": gap,
    "proof": proof,
}

if __name__ == "__main__":
    main()
