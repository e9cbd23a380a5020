"""Half a year of concerns, thought out."""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random
from typing import Final

import shapely

from guapeng.demo import paths
from guapeng.demo.catalogue import assisting
from guapeng.demo.clock import Clock
from guapeng.demo.files import rows
from guapeng.demo.places import Area
from guapeng.demo.stories import A_WHILE, JUST_NOW, Story, fresh_id, go, going_on, until
from guapeng.kernel.matters.models import Channel, Urgency
from guapeng.plain import codes
from guapeng.plain.codes import Kind

SPAN: Final = dt.timedelta(days=182)
_PAST: Final = dt.timedelta(days=360)
_LONGEST_HANDLED: Final = dt.timedelta(days=20)
_HIDDEN: Final = {Channel.APP: 0.2, Channel.GRID: 0.5}
_HELPED_SHARE: Final = 0.7
_VISITOR_SHARE: Final = 0.04
_HOME_SHARE: Final = 0.12
_WAITS_AT_HOME: Final = ("result", "confirm")
_TOLD_BY: Final = {Channel.APP: 62, Channel.GRID: 16, Channel.PHONE: 16, Channel.COUNTER: 6}
_HOT_REPORTS: Final = (8, 14)
_HOT_SPAN: Final = dt.timedelta(hours=90)
_HOT_ENDED: Final = dt.timedelta(days=20)
_HOT_NOW: Final = 2  # the first two in the file, both in town
_TRIES: Final = 200
_VISITOR: Final = 0
_SEASONS: Final = {
    "01004": (10, 11, 12, 1, 2, 3, 4),
    "04001": (10, 11, 12, 1, 2, 3),
    "03005": (10, 11, 12, 1, 2, 3),
    "05001": (3, 4, 10, 11, 12, 1, 2),
}
"""Months in which some things happen at all; snow lies and heating runs from October."""


@dataclass
class Teller:
    """Makes concerns up.

    ``grids`` are where they happen; the first one is home to whoever tries the demo, so more
    happens there.
    """

    rng: Random
    clock: Clock
    grids: Sequence[Area]
    villages: dict[str, str]
    end: dt.datetime
    serial: int = 0

    def all(self, count: int) -> list[Story]:
        """Return ``count`` concerns over the half year, those that stand, and the hot issues."""
        made = [self.handled() for _ in range(count)]
        made += self.standing()
        for number, key in enumerate(dict.fromkeys(row["key"] for row in rows("hot"))):
            made += self.hot(key, now=number < _HOT_NOW)
        return made

    def handled(self) -> Story:
        """Return a concern from any day of the half year, gone as far as it could."""
        start = self._moment()
        row = self._row(start)
        story = self._story(row, self._grid(row["where"]), start)
        path = paths.PETITION if row["lead"] == "petition" else self._path(story)
        turns = go(path, start=start, urgency=story.urgency, clock=self.clock)
        story.turns = until(turns, self.end)
        return story

    def past(self, count: int) -> Iterator[tuple[Story, dt.datetime]]:
        """Yield what a former hotline had closed before the half year, each with its end."""
        span = _PAST - SPAN - 2 * _LONGEST_HANDLED  # nights and holidays make some longer
        for _ in range(count):
            start = self.clock.awake(self.end - _PAST + span * self.rng.random())
            row = self._row(start, lead="")
            end = self.clock.at_work(start + _LONGEST_HANDLED * self.rng.random() ** 2)
            yield self._story(row, self._grid(row["where"]), start), end

    def standing(self) -> Iterator[Story]:
        """Yield concerns that have just reached each place where one can wait, and some late."""
        for number, path in enumerate(paths.STANDING_CONCERNS):
            yield self._standing(path, rested=JUST_NOW)
            if number % 2:
                yield self._standing(path, rested=A_WHILE)

    def _standing(self, path: str, *, rested: dt.timedelta) -> Story:
        """Return a concern that waits at the end of ``path``.

        Fresh ones wait for whoever tries the demo, where they wait for a role that can be tried.
        """
        at_home = rested == JUST_NOW and path.endswith(_WAITS_AT_HOME)
        row = self._row(self.end, lead="petition" if path == paths.PETITION else "")
        while at_home and row["where"] == "rural":
            row = self._row(self.end, lead="")
        start, turns = going_on(
            path, end=self.end, urgency=Urgency.ORDINARY, clock=self.clock, rested=rested
        )
        story = self._story(row, self.grids[0] if at_home else self._grid(row["where"]), start)
        story.turns = [turn for turn in turns if story.assisting or turn.leg != "part_done"]
        if at_home:
            story.asker, story.channel = _VISITOR, Channel.APP
        return story

    def hot(self, key: str, *, now: bool) -> Iterator[Story]:
        """Yield many reports about one thing in one place in one week; the first is handled.

        ``now`` asks for the days before the demo's present, else it is any week in season.
        """
        told = [
            _usual(row["category"]) | row | _route(row["category"])
            for row in rows("hot")
            if row["key"] == key
        ]
        grid = self.grids[0] if now else self._grid(told[0]["where"])
        start = self.end - _HOT_SPAN if now else self._season_of(told[0]["category"])
        first = self._story(told[0], grid, start)
        turns = go(
            "dispatch sign_in contact result confirm praise",
            start=start + _HOT_SPAN / 2,
            urgency=Urgency.ORDINARY,
            clock=self.clock,
        )
        first.turns = until(turns, self.end)
        yield first
        for number in range(self.rng.randint(*_HOT_REPORTS)):
            at = self.clock.awake(start + _HOT_SPAN * self.rng.uniform(0.01, 1))
            if at < self.end:
                yield self._same(told[(number + 1) % len(told)], grid, at, first)

    def _same(self, row: dict[str, str], grid: Area, at: dt.datetime, first: Story) -> Story:
        story = self._story(row, grid, at)
        story.same_as = first
        merged = go("merge", start=at, urgency=story.urgency, clock=self.clock)
        story.turns = until(merged, self.end)
        return story

    def _story(self, row: dict[str, str], grid: Area, at: dt.datetime) -> Story:
        self.serial += 1
        lon, lat = _point(self.rng, grid)
        words = {
            name: row[name].format(v=self.villages[grid.code[:12]])
            for name in ("text", "place", "result", "cause")
            if name in row
        }
        return Story(
            workflow="concern",
            serial=self.serial,
            uid=fresh_id(self.rng),
            at=at,
            where=grid.code,
            lon=lon,
            lat=lat,
            words=words | {"category": row["category"]},
            lead=row["lead"],
            assisting=assisting(row) if self.rng.random() < _HELPED_SHARE else [],
            urgency=Urgency(int(row["urgency"])),
            channel=(channel := self._channel()),
            asker=self._asker(row, channel),
        )

    def _channel(self) -> Channel:
        return self.rng.choices(list(_TOLD_BY), weights=list(_TOLD_BY.values()))[0]

    def _asker(self, row: dict[str, str], channel: Channel) -> int | None:
        """Return who asks; nobody known, or the grid worker who saw it, now and then."""
        hidden = _HIDDEN.get(channel, 0.0) if row["anonymous"] == "1" else 0.0
        if self.rng.random() < hidden:
            return None
        return _VISITOR if self.rng.random() < _VISITOR_SHARE else self.rng.randrange(1, 10_000)

    def _path(self, story: Story) -> str:
        path = self.rng.choices(list(paths.CONCERNS), weights=list(paths.CONCERNS.values()))[0]
        legs = path.split()
        if not story.assisting:
            legs = [leg for leg in legs if leg != "part_done"]
        if story.urgency < Urgency.ORDINARY:
            legs = [leg for leg in legs if leg not in {"ask_time", "grant", "deny"}]
        return " ".join(legs)

    def _row(self, at: dt.datetime, *, lead: str | None = None) -> dict[str, str]:
        """Return a row that fits the season.

        With ``lead`` one of that unit, or with an empty one an ordinary one of any unit.
        """
        while True:
            row = self.rng.choice(rows("concerns"))
            row = row | _route(row["category"])
            in_season = at.month in _SEASONS.get(row["category"], (at.month,))
            if in_season and (lead is None or _is_wanted(row, lead)):
                return row

    def _grid(self, where: str) -> Area:
        """Return a grid in town or outside; the first of all is chosen more often."""
        if where != "rural" and self.rng.random() < _HOME_SHARE:
            return self.grids[0]
        while True:
            grid = self.rng.choice(self.grids)
            in_town = codes.kind(grid.code[:12]) == Kind.COMMUNITY
            if where == "any" or in_town == (where == "town"):
                return grid

    def _moment(self) -> dt.datetime:
        """Return a moment of the half year at which people are awake."""
        while True:
            at = self.clock.awake(self.end - SPAN * self.rng.random())
            if at < self.end:
                return at

    def _season_of(self, category: str) -> dt.datetime:
        """Return a moment when such a thing happens, if the half year has one, some weeks ago."""
        months = _SEASONS.get(category, range(1, 13))
        moments = (self._moment() for _ in range(_TRIES))
        fitting = (at for at in moments if at.month in months and at < self.end - _HOT_ENDED)
        return next(fitting, self.end - SPAN)


def _is_wanted(row: dict[str, str], lead: str) -> bool:
    if lead:
        return row["lead"] == lead
    return row["lead"] != "petition" and row["urgency"] == str(Urgency.ORDINARY.value)


def _usual(category: str) -> dict[str, str]:
    """Return what usually comes of a category: the first row of it."""
    return next(row for row in rows("concerns") if row["category"] == category)


def _route(category: str) -> dict[str, str]:
    (row,) = (row for row in rows("categories") if row["code"] == category)
    return {name: row[name] for name in ("lead", "assisting", "urgency", "anonymous", "public")}


def _point(rng: Random, area: Area) -> tuple[float, float]:
    """Return a place in the area, to five decimals of a degree: about a metre."""
    assert area.outline is not None
    inside = area.outline.representative_point()
    west, south, east, north = area.outline.bounds
    spot = shapely.Point(rng.uniform(west, east), rng.uniform(south, north))
    found = spot if area.outline.contains(spot) else inside
    return round(found.x, 5), round(found.y, 5)
