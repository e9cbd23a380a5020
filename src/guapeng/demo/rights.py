"""A few requests about one's own data, so that their pages have something on them."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from guapeng.demo import paths
from guapeng.demo.clock import Clock
from guapeng.demo.places import COUNTY
from guapeng.demo.stories import A_WHILE, JUST_NOW, Story, fresh_id, going_on
from guapeng.kernel.matters.models import Channel, Urgency


@dataclass
class Asker:
    """Makes requests up; each resident asks once."""

    rng: Random
    clock: Clock
    end: dt.datetime
    serial: int

    def all(self) -> Iterator[Story]:
        """Yield one for each place where a request can stand."""
        for path in paths.RIGHTS:
            yield self._story(path, Channel.APP, rested=JUST_NOW)
        for path in paths.RIGHTS_AT_COUNTER:
            yield self._story(
                path, Channel.COUNTER, rested=A_WHILE if "thanks" in path else JUST_NOW
            )

    def _story(self, path: str, channel: Channel, *, rested: dt.timedelta) -> Story:
        start, turns = going_on(
            path, end=self.end, urgency=Urgency.ORDINARY, clock=self.clock, rested=rested
        )
        self.serial += 1
        return Story(
            workflow="rights",
            serial=self.serial,
            uid=fresh_id(self.rng),
            at=start,
            where=COUNTY,
            lon=None,
            lat=None,
            words={"kind": self.rng.choice(("view", "copy"))},
            lead="",
            assisting=[],
            urgency=Urgency.ORDINARY,
            channel=channel,
            asker=self.serial,
            turns=turns,
        )
