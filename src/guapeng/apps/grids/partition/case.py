"""What is divided at a time: a connected part of a community, with all that is known of it."""

from dataclasses import dataclass

from guapeng.apps.grids.partition.county import Community, Ints, Range
from guapeng.apps.grids.partition.graph import Graph
from guapeng.apps.grids.partition.objective import Piece, seed_of
from guapeng.apps.grids.partition.pieces import Part, piece_of
from guapeng.apps.grids.partition.plan import Options


@dataclass(frozen=True)
class Case:
    """A connected part of a community that is to be divided.

    Attributes:
        community: of which it is a part.
        graph: of the community's buildings.
        part: which of them.
        rule: the range.
        options: how to divide.
    """

    community: Community
    graph: Graph
    part: Part
    rule: Range
    options: Options

    @property
    def households(self) -> Ints:
        """(p) of the part's buildings."""
        return self.community.households[self.part.rows]

    def piece(self, grids: int, *, home: Ints | None = None, fixed: Ints | None = None) -> Piece:
        """Return the part as it is searched for ``grids`` grids."""
        prices = self.options.prices
        return piece_of(
            self.community, self.graph, self.part, grids, prices, home=home, fixed=fixed
        )

    def seed(self, *words: object) -> int:
        """Return a seed of this part, and of ``words``."""
        return seed_of(self.options.seed, self.community.id, int(self.part.rows[0]), *words)
