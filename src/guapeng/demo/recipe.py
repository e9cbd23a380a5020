"""What a demo is made from: its present, its seed and its size; the rest follows."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from random import Random
from typing import Any, Final, Self

from guapeng.demo import clock, concerns, places, rights, whistles
from guapeng.demo.places import Area
from guapeng.demo.stories import Story
from guapeng.plain.codes import Level


@dataclass(frozen=True, kw_only=True)
class Scale:
    """How much there is.

    Attributes:
        concerns: told over half a year, besides hot issues and those that stand somewhere.
        whistles: the same of whistles.
        residents: who bring concerns.
        past: closed by a former hotline before the half year, and taken over as history.
        grids: 0 for as many as the villages ask for; else the banner is crowded.
    """

    concerns: int
    whistles: int
    residents: int
    past: int = 0
    grids: int = 0


USUAL: Final = Scale(concerns=330, past=160, whistles=28, residents=400)
FULL: Final = Scale(concerns=5_000, past=100_000, whistles=300, residents=4_000, grids=2_332)


@dataclass(frozen=True)
class Recipe:
    """The same recipe makes the same banner."""

    at: dt.datetime
    seed: int
    scale: Scale

    def rng(self, of: str) -> Random:
        """Return chance for one part, so that a change in another leaves it alone."""
        return Random(f"{self.seed}:{of}")  # noqa: S311  # nothing secret hangs on it

    def areas(self) -> list[Area]:
        """Return the divisions."""
        return places.lay_out(self.rng("places"), grids=self.scale.grids)

    def stories(self, areas: list[Area]) -> Iterator[Story]:
        """Yield what happens in them."""
        hours = clock.calendar()
        teller = self._teller("concerns", areas)
        yield from teller.all(self.scale.concerns)
        whistler = whistles.Whistler(
            rng=(rng := self.rng("whistles")),
            clock=clock.Clock(rng, hours),
            villages=[area for area in areas if area.level == Level.VILLAGE],
            end=self.at,
            serial=teller.serial,
        )
        yield from whistler.all(self.scale.whistles)
        yield from rights.Asker(
            rng=(rng := self.rng("rights")),
            clock=clock.Clock(rng, hours),
            end=self.at,
            serial=whistler.serial,
        ).all()

    def past(self, areas: list[Area]) -> Iterator[tuple[Story, dt.datetime]]:
        """Yield what had happened in them before, each with when it was closed."""
        return self._teller("past", areas).past(self.scale.past)

    def _teller(self, of: str, areas: list[Area]) -> concerns.Teller:
        rng = self.rng(of)
        return concerns.Teller(
            rng=rng,
            clock=clock.Clock(rng, clock.calendar()),
            grids=[area for area in areas if area.level == Level.GRID],
            villages={area.code: area.name for area in areas if area.level == Level.VILLAGE},
            end=self.at,
        )

    def as_data(self) -> dict[str, Any]:
        """Return the recipe as plain JSON."""
        return {"at": self.at.isoformat(), "seed": self.seed, "scale": asdict(self.scale)}

    @classmethod
    def of(cls, data: dict[str, Any]) -> Self:
        """Return the recipe that ``as_data`` wrote down."""
        scale = Scale(**data["scale"])
        return cls(dt.datetime.fromisoformat(data["at"]), data["seed"], scale)
