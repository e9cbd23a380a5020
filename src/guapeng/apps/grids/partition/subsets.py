"""Every connected set of buildings that a grid could be: the columns of the exact model."""

from guapeng.apps.grids.partition.compiled import compiled
from guapeng.apps.grids.partition.moves import Floats, Ints, Task, Terms, shape


@compiled
def enumerate_sets(
    task: Task, near: Ints, terms: Terms, grids: int, sets: Ints, stack: Ints, visits: int
) -> int:
    """Fill ``sets`` with the connected sets that can be a grid, as bits; return how many there are.

    Args:
        task: n buildings, 62 at most.
        near: (n) the neighbours of each building, as bits.
        terms: the range.
        grids: how many there are to be.
        sets: room for what is found; -1 is returned if it does not do.
        stack: (3 s) room for what is still to be looked at; -1 is returned if it does not do.
        visits: how many connected sets are looked at before -1 is returned.

    Left out are sets that are too heavy or too light for the others to be in range, and sets that
    leave a connected rest behind that no number of grids fits.
    """
    n = len(task.load)
    whole = 0
    for i in range(n):
        whole += task.load[i]
    light = max(terms.least, whole - (grids - 1) * terms.most)
    heavy = min(terms.most, whole - (grids - 1) * terms.least)
    found, seen = 0, 0
    for root in range(n):
        if task.load[root] > heavy:
            continue
        top = 0
        stack[0] = 1 << root
        stack[1] = near[root] & ~((2 << root) - 1)
        stack[2] = (2 << root) - 1
        while top >= 0:
            inside, ways, closed = stack[3 * top], stack[3 * top + 1], stack[3 * top + 2]
            top -= 1
            seen += 1
            if seen > visits:
                return -1
            load = load_of(task, inside)
            if load >= light and rest_fits(task, near, terms, inside):
                if found == len(sets):
                    return -1
                sets[found] = inside
                found += 1
            for i in range(root + 1, n):
                bit = 1 << i
                if ways & bit == 0:
                    continue
                closed |= bit
                if load + task.load[i] <= heavy:
                    top += 1
                    if 3 * top + 2 >= len(stack):
                        return -1
                    stack[3 * top] = inside | bit
                    stack[3 * top + 1] = ((ways | near[i]) & ~closed) & ~inside
                    stack[3 * top + 2] = closed
    return found


@compiled
def load_of(task: Task, bits: int) -> int:
    """Return the households of a set."""
    load = 0
    for i in range(len(task.load)):
        if bits & (1 << i) != 0:
            load += task.load[i]
    return load


@compiled
def rest_fits(task: Task, near: Ints, terms: Terms, inside: int) -> bool:
    """Tell whether each connected piece of what is not ``inside`` can be grids in range."""
    n = len(task.load)
    left = ((1 << n) - 1) & ~inside
    while left != 0:
        piece, wave = 0, left & -left
        load = 0
        while wave != 0:
            piece |= wave
            reached = 0
            for i in range(n):
                if wave & (1 << i) != 0:
                    reached |= near[i]
                    load += task.load[i]
            wave = reached & left & ~piece
        left &= ~piece
        if load < terms.least * ((load + terms.most - 1) // terms.most) or load == 0:
            return False
    return True


@compiled
def price_sets(task: Task, terms: Terms, sets: Ints, count: int, costs: Floats) -> None:
    """Fill ``costs`` with what each set adds to the energy: itself, half its border, its groups."""
    n = len(task.load)
    groups = len(task.price)
    for at in range(count):
        bits = sets[at]
        load, x, y, square = 0, 0, 0, 0
        total = 0.0
        for i in range(n):
            if bits & (1 << i) == 0:
                continue
            here = task.load[i]
            load += here
            x += here * task.x[i]
            y += here * task.y[i]
            square += here * (task.x[i] * task.x[i] + task.y[i] * task.y[i])
            for edge in range(task.first[i], task.first[i + 1]):
                if bits & (1 << task.target[edge]) == 0:
                    total += 0.5 * task.border[edge]
        for group in range(groups):
            if meets(task, bits, group):
                total += task.price[group]
        costs[at] = total + shape(load, x, y, square, terms)


@compiled
def meets(task: Task, bits: int, group: int) -> bool:
    """Tell whether a building of ``group`` is in the set."""
    for i in range(len(task.load)):
        if bits & (1 << i) != 0:
            for place in range(task.belongs[i], task.belongs[i + 1]):
                if task.group[place] == group:
                    return True
    return False
