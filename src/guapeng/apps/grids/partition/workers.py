"""Many communities at once, the heaviest first; the plan does not depend on the processes."""

from collections.abc import Callable, Iterator
from concurrent.futures import Executor, as_completed

from guapeng.apps.grids.partition.county import Community, County
from guapeng.apps.grids.partition.plan import Division, Options, Plan
from guapeng.plain import garbage

Advance = Callable[[int, int | None], None]
"""Hears how many communities are done, and of how many."""


@garbage.left_alone()
def partition(
    county: County,
    options: Options,
    *,
    crew: Executor | None = None,
    advance: Advance = lambda _done, _total: None,
) -> Plan:
    """Divide every community of a county.

    Args:
        county: from ``read_county``, or made otherwise; places in metres on its plane.
        options: ranges, policy, seed, the plan to keep.
        crew: processes to share the work among (``crew``); else this one does it.
        advance: hears how far it is.

    Returns:
        A division for each community, in the order of their ids. It does not depend on ``crew``.
    """
    heavy_first = sorted(county.communities, key=lambda one: (-len(one.ids), one.id))
    done: dict[str, Division] = {}
    for division in _each(heavy_first, options, crew):
        done[division.community_id] = division
        advance(len(done), len(heavy_first))
    return Plan(county, tuple(done[one.id] for one in county.communities))


def _each(
    communities: list[Community], options: Options, crew: Executor | None
) -> Iterator[Division]:
    if crew is None:
        for one in communities:
            yield _divide(one, options)
        return
    waiting = [crew.submit(_divide, one, _for(one, options)) for one in communities]
    for future in as_completed(waiting):
        yield future.result()


def _divide(community: Community, options: Options) -> Division:
    from guapeng.apps.grids.partition.solve import divide  # the compiler; a crew has it instead

    return divide(community, options)


def _for(community: Community, options: Options) -> Options:
    """Return the options with no more of an older plan than the community needs."""
    return options.about(community.id) if options.previous else options
