"""Whistles of half a year, thought out."""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random
from typing import Final

from guapeng.demo import paths
from guapeng.demo.clock import Clock
from guapeng.demo.files import rows
from guapeng.demo.places import Area
from guapeng.demo.stories import Story, fresh_id, go, going_on, until
from guapeng.kernel.matters.models import Urgency
from guapeng.plain import codes
from guapeng.plain.codes import Kind

_SPAN_DAYS: Final = 180
_HOME_SHARE: Final = 0.3
_EMERGENCY_SHARE: Final = 0.3


@dataclass
class Whistler:
    """Makes whistles up; the first village is home to whoever tries the demo."""

    rng: Random
    clock: Clock
    villages: Sequence[Area]
    end: dt.datetime
    serial: int

    def all(self, count: int) -> list[Story]:
        """Return ``count`` whistles over the half year, and those that stand."""
        return [*(self.handled() for _ in range(count)), *self.standing()]

    def handled(self) -> Story:
        """Return a whistle from any day of the half year, gone as far as it could."""
        back = dt.timedelta(days=_SPAN_DAYS * self.rng.random())
        emergency = self.rng.random() < _EMERGENCY_SHARE
        start = self.end - back if emergency else self.clock.at_work(self.end - back)
        story = self._story(emergency=emergency, at=min(start, self.end - dt.timedelta(hours=1)))
        path = self.rng.choices(list(paths.WHISTLES), weights=list(paths.WHISTLES.values()))[0]
        turns = go(self._own(path, story), start=story.at, urgency=story.urgency, clock=self.clock)
        story.turns = until(turns, self.end)
        return story

    def standing(self) -> Iterator[Story]:
        """Yield whistles that have just reached each place where one can wait or end."""
        for path in paths.STANDING_WHISTLES:
            yield self._standing(path, self._story(emergency=False, at=self.end, at_home=True))
        yield self._standing("report_in", self._story(emergency=True, at=self.end))
        alone = self._story(emergency=False, at=self.end)
        alone.assisting = []
        yield self._standing(paths.NOBODY_LEFT, alone)

    def _standing(self, path: str, story: Story) -> Story:
        story.at, story.turns = going_on(
            path, end=self.end, urgency=story.urgency, clock=self.clock
        )
        return story

    def _own(self, path: str, story: Story) -> str:
        """Leave out the review of an emergency, and refusals of one, which nobody asks for."""
        legs = path.split()
        if story.urgency == Urgency.DANGER:
            legs = [leg for leg in legs if leg not in {"review", "decline"}]
        return " ".join(legs)

    def _story(self, *, emergency: bool, at: dt.datetime, at_home: bool = False) -> Story:
        kind = "emergency" if emergency else "ordinary"
        row = self.rng.choice([row for row in rows("whistles") if row["kind"] == kind])
        village = self._village(row["where"], at_home=at_home)
        assert village.outline is not None
        inside = village.outline.representative_point()
        self.serial += 1
        return Story(
            workflow="whistle",
            serial=self.serial,
            uid=fresh_id(self.rng),
            at=at,
            where=village.code,
            lon=round(inside.x, 5),
            lat=round(inside.y, 5),
            words=row,
            lead=row["lead"],
            assisting=row["assisting"].split(),
            urgency=Urgency.DANGER if emergency else Urgency.ORDINARY,
        )

    def _village(self, where: str, *, at_home: bool) -> Area:
        if where == "town" and (at_home or self.rng.random() < _HOME_SHARE):
            return self.villages[0]
        while True:
            village = self.rng.choice(self.villages)
            if (codes.kind(village.code) == Kind.COMMUNITY) == (where == "town"):
                return village
