"""The inner loops: cutting by trees, and annealing by moves of one building.

Everything here is compiled where it can be (``compiled.py``): no classes, no dictionaries, only
integers, doubles and flat columns. A community's part is given as a ``Task``; who belongs where is
kept in a ``State``. Nothing here knows of files, codes or polygons.

Energy of a plan, the less the better: what is out of range, by far the dearest; for every layer a
price for each further grid that a group meets (compound, side of a river, block of a road); the
length of borders; the moment of inertia; and, when an older plan is to be kept, a price for each
household that leaves its grid.
"""

from collections.abc import MutableSequence
from typing import NamedTuple

from guapeng.apps.grids.partition.compiled import compiled

Ints = MutableSequence[int]
Floats = MutableSequence[float]

MIXED = 0.5
"""Until when trees come between the moves."""
STEPS = 2
"""Moves tried in a round for each half-edge along a border."""
LEAST_GAIN = 1e-9
"""Energy that counts as a gain."""


class Task(NamedTuple):
    """What is to be divided: n buildings, their m half-edges (each edge twice), g groups.

    Attributes:
        first: (n + 1) where a building's half-edges begin.
        source, target: (m) buildings at both ends.
        twin: (m) the same edge, seen from its other end.
        border: (m) what a border across it costs, in units of energy.
        dear: (m) class 0 to 3; a tree takes edges of a low class first.
        load: (n) households.
        x, y: (n) decimetres from the middle.
        belongs: (n + 1) where a building's groups begin.
        group: groups of the buildings, one after the other.
        price: (g) of each further grid that a group meets.
        home: (n) the grid of the older plan, -1 if it has none.
        fixed: (n) 1 if the building stays where it is.
        chance: (4096) natural logarithms of chances, negated: what a rise is held against.
    """

    first: Ints
    source: Ints
    target: Ints
    twin: Ints
    border: Floats
    dear: Ints
    load: Ints
    x: Ints
    y: Ints
    belongs: Ints
    group: Ints
    price: Floats
    home: Ints
    fixed: Ints
    chance: Floats


class Terms(NamedTuple):
    """The weights: least and most households, and prices of what is beside them.

    Attributes:
        least, most: of a grid, both allowed.
        beyond, each: of a grid out of range, and of each household that is too many or missing.
        inertia: of a household's squared distance in square decimetres.
        leaving: of each household that leaves its older grid.
    """

    least: int
    most: int
    beyond: float
    each: float
    inertia: float
    leaving: float


class State(NamedTuple):
    """A plan with k grids and the sums that make a move cheap to judge.

    Attributes:
        grid: (n) grid of each building.
        load, x, y, square: (k) sums of households, and of households times place.
        size: (k) buildings.
        met: (g * k) buildings of a group in a grid.
        random: (1) state of the generator.
        cut: (m + 1) half-edges whose ends are in different grids; the last tells how many.
        where: (m) their places in ``cut``, -1 for all others.
        mark, queue: (n + 1) scratch of searches; the last of ``mark`` counts them.
    """

    grid: Ints
    load: Ints
    x: Ints
    y: Ints
    square: Ints
    size: Ints
    met: Ints
    random: Ints
    cut: Ints
    where: Ints
    mark: Ints
    queue: Ints


@compiled
def draw(random: Ints, limit: int) -> int:
    """Return a number from 0 to ``limit - 1`` (xorshift, 32 bits)."""
    x = random[0]
    x ^= (x << 13) & 0xFFFFFFFF
    x ^= x >> 17
    x ^= (x << 5) & 0xFFFFFFFF
    random[0] = x
    return (x * limit) >> 32


@compiled
def out_of_range(load: int, terms: Terms) -> float:
    """Return what ``load`` households in one grid cost beyond the range."""
    if load > terms.most:
        return terms.beyond + terms.each * (load - terms.most)
    if load < terms.least:
        return terms.beyond + terms.each * (terms.least - load)
    return 0.0


@compiled
def spread(load: int, x: int, y: int, square: int) -> float:
    """Return households times squared distance from their middle."""
    if load == 0:
        return 0.0
    east, north = float(x), float(y)
    return float(square) - (east * east + north * north) / float(load)


@compiled
def shape(load: int, x: int, y: int, square: int, terms: Terms) -> float:
    """Return what a grid of these sums costs by itself."""
    return out_of_range(load, terms) + terms.inertia * spread(load, x, y, square)


@compiled
def gather(task: Task, state: State, grids: int) -> None:
    """Make the sums of ``state`` anew from its ``grid``."""
    for g in range(grids):
        state.load[g] = 0
        state.x[g] = 0
        state.y[g] = 0
        state.square[g] = 0
        state.size[g] = 0
    for at in range(len(state.met)):
        state.met[at] = 0
    for i in range(len(task.load)):
        add(task, state, grids, i, state.grid[i], 1)
    m = len(task.target)
    state.cut[m] = 0
    for edge in range(m):
        state.where[edge] = -1
        if state.grid[task.source[edge]] != state.grid[task.target[edge]]:
            open_edge(state, edge)


@compiled
def open_edge(state: State, edge: int) -> None:
    """Note that the ends of a half-edge are in different grids."""
    last = len(state.cut) - 1
    state.where[edge] = state.cut[last]
    state.cut[state.cut[last]] = edge
    state.cut[last] += 1


@compiled
def close_edge(state: State, edge: int) -> None:
    """Note that the ends of a half-edge are in one grid."""
    last = len(state.cut) - 1
    state.cut[last] -= 1
    moved = state.cut[state.cut[last]]
    state.cut[state.where[edge]] = moved
    state.where[moved] = state.where[edge]
    state.where[edge] = -1


@compiled
def move(task: Task, state: State, grids: int, i: int, b: int) -> None:
    """Put the building ``i`` into grid ``b``."""
    a = state.grid[i]
    add(task, state, grids, i, a, -1)
    add(task, state, grids, i, b, 1)
    state.grid[i] = b
    for edge in range(task.first[i], task.first[i + 1]):
        g = state.grid[task.target[edge]]
        if g == a:
            open_edge(state, edge)
            open_edge(state, task.twin[edge])
        elif g == b:
            close_edge(state, edge)
            close_edge(state, task.twin[edge])


@compiled
def add(task: Task, state: State, grids: int, i: int, g: int, sign: int) -> None:
    """Add the building ``i`` to the sums of grid ``g``, or take it away (``sign`` -1)."""
    load = task.load[i] * sign
    state.load[g] += load
    state.x[g] += load * task.x[i]
    state.y[g] += load * task.y[i]
    state.square[g] += load * (task.x[i] * task.x[i] + task.y[i] * task.y[i])
    state.size[g] += sign
    for at in range(task.belongs[i], task.belongs[i + 1]):
        state.met[task.group[at] * grids + g] += sign


@compiled
def energy(task: Task, state: State, grids: int, terms: Terms) -> float:
    """Return the energy of the plan, from its sums."""
    total = 0.0
    for g in range(grids):
        total += shape(state.load[g], state.x[g], state.y[g], state.square[g], terms)
    for edge in range(len(task.target)):
        if state.grid[task.source[edge]] != state.grid[task.target[edge]]:
            total += 0.5 * task.border[edge]
    for group in range(len(task.price)):
        meets = 0
        for g in range(grids):
            if state.met[group * grids + g] > 0:
                meets += 1
        if meets > 1:
            total += task.price[group] * (meets - 1)
    for i in range(len(task.home)):
        if task.home[i] >= 0 and task.home[i] != state.grid[i]:
            total += terms.leaving * task.load[i]
    return total


@compiled
def rise(task: Task, state: State, grids: int, terms: Terms, i: int, a: int, b: int) -> float:
    """Return how the energy changes when building ``i`` goes from grid ``a`` to ``b``."""
    load, x, y = task.load[i], task.x[i], task.y[i]
    square = load * (x * x + y * y)
    x *= load
    y *= load
    change = (
        shape(state.load[a] - load, state.x[a] - x, state.y[a] - y, state.square[a] - square, terms)
        + shape(
            state.load[b] + load, state.x[b] + x, state.y[b] + y, state.square[b] + square, terms
        )
        - shape(state.load[a], state.x[a], state.y[a], state.square[a], terms)
        - shape(state.load[b], state.x[b], state.y[b], state.square[b], terms)
    )
    for edge in range(task.first[i], task.first[i + 1]):
        g = state.grid[task.target[edge]]
        if g == a:
            change += task.border[edge]
        elif g == b:
            change -= task.border[edge]
    for at in range(task.belongs[i], task.belongs[i + 1]):
        group = task.group[at]
        if state.met[group * grids + a] == 1:
            change -= task.price[group]
        if state.met[group * grids + b] == 0:
            change += task.price[group]
    if task.home[i] >= 0:
        if task.home[i] == a:
            change += terms.leaving * load
        elif task.home[i] == b:
            change -= terms.leaving * load
    return change


@compiled
def holds_without(task: Task, state: State, i: int, a: int) -> bool:
    """Tell whether the buildings of grid ``a`` other than ``i`` are connected among themselves."""
    if state.size[a] == 1:
        return False
    n = len(task.load)
    state.mark[n] += 1
    wanted = state.mark[n]
    start, missing = -1, 0
    for edge in range(task.first[i], task.first[i + 1]):
        j = task.target[edge]
        if state.grid[j] == a and state.mark[j] != wanted:
            state.mark[j] = wanted
            if start < 0:
                start = j
            else:
                missing += 1
    if missing == 0:
        return start >= 0
    state.mark[n] += 1
    seen = state.mark[n]
    state.mark[start] = seen
    state.mark[i] = seen
    state.queue[0] = start
    head, tail = 0, 1
    while head < tail:
        here = state.queue[head]
        head += 1
        for edge in range(task.first[here], task.first[here + 1]):
            j = task.target[edge]
            if state.grid[j] != a or state.mark[j] == seen:
                continue
            if state.mark[j] == wanted:
                missing -= 1
                if missing == 0:
                    return True
            state.mark[j] = seen
            state.queue[tail] = j
            tail += 1
    return False


@compiled
def flip(task: Task, state: State, grids: int, terms: Terms, heat: float, edge: int) -> float:
    """Move the source of ``edge`` to the grid of its target, if that is well; return the rise."""
    i, a, b = task.source[edge], state.grid[task.source[edge]], state.grid[task.target[edge]]
    if a == b or task.fixed[i] == 1:
        return 0.0
    change = rise(task, state, grids, terms, i, a, b)
    if change > 0.0 and change >= heat * task.chance[draw(state.random, 4096)]:
        return 0.0
    if not holds_without(task, state, i, a):
        return 0.0
    move(task, state, grids, i, b)
    return change


class Tree(NamedTuple):
    """A spanning tree of some buildings, and scratch to make it.

    Attributes:
        edges: half-edges in the order in which they are tried, then those of the tree.
        bucket: (8) scratch of the order.
        leader: (n) of the pieces that are already joined.
        order: (n) buildings, parents before children.
        parent: (n) of each building, -1 of the root.
        below: (n) households of a building and all below it.
        link: (n) class of the edge to the parent.
        head, next, other, kind: the tree's edges as chains.
        side: (n) 1 if the building is beyond the cut.
        kept: (n) the best found so far.
        met: (2 g) buildings of a group at either side.
    """

    edges: Ints
    bucket: Ints
    leader: Ints
    order: Ints
    parent: Ints
    below: Ints
    link: Ints
    head: Ints
    next: Ints
    other: Ints
    kind: Ints
    side: Ints
    kept: Ints
    met: Ints


@compiled
def leader_of(leader: Ints, i: int) -> int:
    """Return the leader of the piece in which ``i`` is."""
    while leader[i] != i:
        leader[i] = leader[leader[i]]
        i = leader[i]
    return i


@compiled
def grow(task: Task, state: State, tree: Tree, a: int, b: int) -> int:
    """Grow a random tree over the buildings of grids ``a`` and ``b``; return how many they are.

    Edges of a low class come first, each class late by up to three.
    """
    size = 0
    for i in range(len(task.load)):
        if _within(state, i, a, b):
            tree.order[size] = i
            tree.leader[i] = i
            tree.head[i] = -1
            size += 1
    picked = _shuffled(task, state, tree, size, a, b)
    links = 0
    for at in range(picked):
        edge = tree.edges[at]
        i, j = task.source[edge], task.target[edge]
        one, two = leader_of(tree.leader, i), leader_of(tree.leader, j)
        if one != two:
            tree.leader[one] = two
            tree.other[links] = j
            tree.kind[links] = task.dear[edge]
            tree.next[links] = tree.head[i]
            tree.head[i] = links
            links += 1
            tree.other[links] = i
            tree.kind[links] = task.dear[edge]
            tree.next[links] = tree.head[j]
            tree.head[j] = links
            links += 1
    return hang(task, tree, tree.order[0])


@compiled
def _shuffled(task: Task, state: State, tree: Tree, size: int, a: int, b: int) -> int:
    """Put the edges among the ``size`` buildings of ``order`` in their turn; return how many."""
    for kind in range(8):
        tree.bucket[kind] = 0
    picked = 0
    for at in range(size):
        i = tree.order[at]
        for edge in range(task.first[i], task.first[i + 1]):
            j = task.target[edge]
            if i < j and _within(state, j, a, b):
                kind = task.dear[edge] + draw(state.random, 4)
                tree.kind[picked] = kind
                tree.next[picked] = edge
                tree.bucket[kind] += 1
                picked += 1
    begin = 0
    for kind in range(8):
        count = tree.bucket[kind]
        tree.bucket[kind] = begin
        begin += count
    for at in range(picked):
        kind = tree.kind[at]
        tree.edges[tree.bucket[kind]] = tree.next[at]
        tree.bucket[kind] += 1
    begin = 0
    for kind in range(8):
        end = tree.bucket[kind]
        for at in range(end - 1, begin, -1):
            other = begin + draw(state.random, at - begin + 1)
            tree.edges[at], tree.edges[other] = tree.edges[other], tree.edges[at]
        begin = end
    return picked


@compiled
def _within(state: State, i: int, a: int, b: int) -> bool:
    return state.grid[i] == a or state.grid[i] == b


@compiled
def hang(task: Task, tree: Tree, root: int) -> int:
    """Hang the tree from its root and sum up what is below each building; return its size."""
    tree.order[0] = root
    tree.parent[root] = -1
    head, tail = 0, 1
    while head < tail:
        i = tree.order[head]
        head += 1
        tree.below[i] = task.load[i]
        link = tree.head[i]
        while link >= 0:
            j = tree.other[link]
            if j != tree.parent[i]:
                tree.parent[j] = i
                tree.link[j] = tree.kind[link]
                tree.order[tail] = j
                tail += 1
            link = tree.next[link]
    for at in range(tail - 1, 0, -1):
        i = tree.order[at]
        tree.below[tree.parent[i]] += tree.below[i]
    return tail


@compiled
def lacking(load: int, share: int, terms: Terms) -> int:
    """Return how many households are too many or missing for ``share`` grids."""
    if load > share * terms.most:
        return load - share * terms.most
    if load < share * terms.least:
        return share * terms.least - load
    return 0


@compiled
def best_cut(state: State, tree: Tree, size: int, share: int, terms: Terms) -> tuple[int, int]:
    """Return the building below which to cut, and how many of ``share`` grids lie there.

    What counts is first that both sides can hold their grids, then the class of the edge that is
    cut, then even loads, with some chance in it; -1 if there is nothing to cut.
    """
    whole = tree.below[tree.order[0]]
    best, best_share, least = -1, 0, 0.0
    for at in range(1, size):
        i = tree.order[at]
        low = tree.below[i]
        one = (low * share * 2 + whole) // (2 * whole) if whole > 0 else 1
        one = min(max(one, 1), share - 1)
        lack = lacking(low, one, terms) + lacking(whole - low, share - one, terms)
        uneven = abs(low * share - whole * one) / (terms.most * share)
        chance = draw(state.random, 1024) / 1024.0
        score = lack * 10.0 + uneven * 2.0 + chance * 2.0 - tree.link[i]
        if best < 0 or score < least:
            best, best_share, least = i, one, score
    return best, best_share


@compiled
def take_side(tree: Tree, size: int, top: int) -> None:
    """Set ``side`` of the tree's buildings: 1 for ``top`` and all below it."""
    for at in range(size):
        i = tree.order[at]
        up = tree.parent[i]
        tree.side[i] = 1 if i == top or (up >= 0 and tree.side[up] == 1) else 0


@compiled
def cost_of_sides(
    task: Task, state: State, tree: Tree, size: int, terms: Terms, a: int, b: int
) -> float:
    """Return what the two sides of a cut of grids ``a`` and ``b`` cost, and what is between."""
    total = cost_between(task, state, tree, size, a, b)
    for side in range(2):
        load, x, y, square = 0, 0, 0, 0
        for at in range(size):
            i = tree.order[at]
            if tree.side[i] == side:
                here = task.load[i]
                load += here
                x += here * task.x[i]
                y += here * task.y[i]
                square += here * (task.x[i] * task.x[i] + task.y[i] * task.y[i])
        total += shape(load, x, y, square, terms)
    return total


@compiled
def cost_between(task: Task, state: State, tree: Tree, size: int, a: int, b: int) -> float:
    """Return what the border between the two sides costs, and the groups that it cuts."""
    total = 0.0
    for at in range(size):
        i = tree.order[at]
        for place in range(task.belongs[i], task.belongs[i + 1]):
            tree.met[2 * task.group[place]] = 0
            tree.met[2 * task.group[place] + 1] = 0
    for at in range(size):
        i = tree.order[at]
        side = tree.side[i]
        for edge in range(task.first[i], task.first[i + 1]):
            j = task.target[edge]
            if i < j and side != tree.side[j] and _within(state, j, a, b):
                total += task.border[edge]
        for place in range(task.belongs[i], task.belongs[i + 1]):
            group = task.group[place]
            tree.met[2 * group + side] += 1
            if tree.met[2 * group + side] == 1 and tree.met[2 * group + 1 - side] > 0:
                total += task.price[group]
    return total


@compiled
def halve(task: Task, state: State, tree: Tree, terms: Terms, trees: int, grids: int) -> None:
    """Fill ``state.grid`` by cutting the whole again and again, each time by the best tree.

    Grid ``g`` still holds ``share`` grids, which will be those numbered from ``g`` on.
    """
    shares = state.size
    for g in range(grids):
        shares[g] = 0
    shares[0] = grids
    for i in range(len(task.load)):
        state.grid[i] = 0
    for g in range(grids):
        while shares[g] > 1:
            _halve_one(task, state, tree, terms, trees, g)


@compiled
def _halve_one(task: Task, state: State, tree: Tree, terms: Terms, trees: int, g: int) -> None:
    shares = state.size
    least, found, best_share = 0.0, False, 0
    for _ in range(trees):
        size = grow(task, state, tree, g, g)
        top, share = best_cut(state, tree, size, shares[g], terms)
        if top < 0:
            continue
        take_side(tree, size, top)
        low, whole = tree.below[top], tree.below[tree.order[0]]
        lack = lacking(low, share, terms) + lacking(whole - low, shares[g] - share, terms)
        uneven = abs(low * shares[g] - whole * share) / (terms.most * shares[g])
        cost = cost_between(task, state, tree, size, g, g) + 10.0 * lack + uneven
        if not found or cost < least:
            found, least, best_share = True, cost, share
            for at in range(size):
                i = tree.order[at]
                tree.kept[i] = tree.side[i]
    if not found:
        shares[g] = 1
        return
    beyond = g + shares[g] - best_share
    for i in range(len(task.load)):
        if state.grid[i] == g and tree.kept[i] == 1:
            state.grid[i] = beyond
    shares[beyond] = best_share
    shares[g] -= best_share


@compiled
def recombine(
    task: Task, state: State, tree: Tree, grids: int, terms: Terms, heat: float, edge: int
) -> float:
    """Cut the two grids at both ends of ``edge`` anew by a tree, if it is well; return the rise."""
    a, b = state.grid[task.source[edge]], state.grid[task.target[edge]]
    if a == b:
        return 0.0
    size = grow(task, state, tree, a, b)
    for at in range(size):
        i = tree.order[at]
        tree.side[i] = 1 if state.grid[i] == b else 0
    before = cost_of_sides(task, state, tree, size, terms, a, b)
    top, _ = best_cut(state, tree, size, 2, terms)
    take_side(tree, size, top)
    change = cost_of_sides(task, state, tree, size, terms, a, b) - before
    if change > 0.0 and change >= heat * task.chance[draw(state.random, 4096)]:
        return 0.0
    for at in range(size):
        i = tree.order[at]
        new = b if tree.side[i] == 1 else a
        if state.grid[i] != new:
            move(task, state, grids, i, new)
    return change


@compiled
def anneal(
    task: Task,
    state: State,
    tree: Tree,
    grids: int,
    terms: Terms,
    sweeps: int,
    heat: float,
    mixing: int,
) -> float:
    """Better the plan by ``sweeps`` rounds of moves that cool down; return its energy.

    Out of range costs little at first, so that ways through it are open, and its full price from
    two thirds on. ``mixing`` recombinations come in each round of the first half. The plan that is
    left is the best that stood at the end of a round.
    """
    gather(task, state, grids)
    m, n = len(task.target), len(task.load)
    for i in range(n):
        tree.kept[i] = state.grid[i]
    least, mixed = energy(task, state, grids, terms), 0
    for sweep in range(sweeps):
        done = sweep / sweeps
        now = heat * (1.0 - done) * (1.0 - done)
        hard = min(1.0, done * 1.5)
        hard = hard * hard * hard
        soft = Terms(
            terms.least,
            terms.most,
            terms.beyond * hard,
            max(terms.each * hard, 0.01),
            terms.inertia,
            terms.leaving,
        )
        if done < MIXED:
            mixed += 2 * mixing * grids
            while mixed >= sweeps:
                mixed -= sweeps
                if state.cut[m] > 0:
                    edge = state.cut[draw(state.random, state.cut[m])]
                    recombine(task, state, tree, grids, soft, now, edge)
        for _ in range(STEPS * state.cut[m]):
            flip(task, state, grids, soft, now, state.cut[draw(state.random, state.cut[m])])
        here = energy(task, state, grids, terms)
        if here < least:
            least = here
            for i in range(n):
                tree.kept[i] = state.grid[i]
    for i in range(n):
        state.grid[i] = tree.kept[i]
    gather(task, state, grids)
    return settle(task, state, grids, terms)


@compiled
def settle(task: Task, state: State, grids: int, terms: Terms) -> float:
    """Make every single move that betters the plan, until there is none; return its energy."""
    falling = True
    while falling:
        falling = False
        for edge in range(len(task.target)):
            if flip(task, state, grids, terms, 0.0, edge) < -LEAST_GAIN:
                falling = True
    return energy(task, state, grids, terms)


@compiled
def divide(
    task: Task,
    state: State,
    tree: Tree,
    grids: int,
    terms: Terms,
    trees: int,
    sweeps: int,
    heat: float,
    mixing: int,
) -> float:
    """Start by trees, then anneal; return the energy of the plan that is left in ``state``."""
    halve(task, state, tree, terms, trees, grids)
    return anneal(task, state, tree, grids, terms, sweeps, heat, mixing)
