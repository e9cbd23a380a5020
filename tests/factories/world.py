"""A small banner to play in: one county, township, village and grid, units, and people by role."""

import datetime as dt
import uuid
from dataclasses import dataclass

from django.db.backends.postgresql.psycopg_any import DateRange

from guapeng.apps.concerns.models import Category
from guapeng.kernel.divisions.models import Division, Level
from guapeng.kernel.matters import engine
from guapeng.kernel.matters.models import Matter, Urgency
from guapeng.kernel.people import scope
from guapeng.kernel.people.actors import Actor, actor_of
from guapeng.kernel.people.models import Account, Body, Person, Post

LONG_AGO = DateRange(dt.date(2020, 1, 1), None)
MONDAY = dt.datetime(2026, 3, 2, 2, 0, tzinfo=dt.UTC)  # 10:00 in Shanghai, a plain working day


def division(name: str, code: str, level: Level, parent: Division | None = None) -> Division:
    made = Division.objects.create(
        scheme="test", code=code, level=level, name=name, parent=parent, valid=LONG_AGO
    )
    made.lineage = [*(parent.lineage if parent else ()), made.pk]
    made.save(update_fields=["lineage"])
    return made


def person(name: str = "某人", home: Division | None = None) -> Person:
    return Person.objects.create(name=name, home=home, created_at=MONDAY)


def actor(
    role: str | None = None, place: Division | None = None, body: Body | None = None
) -> Actor:
    """Make a person, with a post where a role is named, and return who then acts."""
    who = person()
    if role:
        Post.objects.create(person=who, role=role, division=place, body=body, valid=LONG_AGO)
    return actor_of(Account(username="x", person=who), on=MONDAY.date())


@dataclass
class Banner:
    """The scene of most stories."""

    county: Division
    township: Division
    village: Division
    grid: Division
    water: Body
    housing: Body
    police: Body
    pipes: Category
    resident: Actor
    grid_worker: Actor
    secretary: Actor
    dispatcher: Actor
    arbiter: Actor
    water_officer: Actor
    housing_officer: Actor
    police_officer: Actor


def banner() -> Banner:
    county = division("试验旗", "150999000000", Level.COUNTY)
    township = division("甲苏木", "150999200000", Level.TOWNSHIP, county)
    village = division("乙嘎查", "150999200201", Level.VILLAGE, township)
    grid = division("第一网格", "150999200201001", Level.GRID, village)
    water, housing, police = (
        Body.objects.create(name=name, short_name=name, kind="department", division=county)
        for name in ("水利局", "住建局", "公安局")
    )
    return Banner(
        county=county,
        township=township,
        village=village,
        grid=grid,
        water=water,
        housing=housing,
        police=police,
        pipes=Category.objects.create(code="01001", name="供水管道", urgency=Urgency.ORDINARY),
        resident=actor(),
        grid_worker=actor("grid_worker", grid),
        secretary=actor("village_secretary", village),
        dispatcher=actor("dispatcher", county),
        arbiter=actor("dispatch_lead", county),
        water_officer=actor("department_officer", county, water),
        housing_officer=actor("department_officer", county, housing),
        police_officer=actor("department_officer", county, police),
    )


def opening(place: Division, **changes: object) -> engine.Opening:
    given = {"uid": uuid.uuid4(), "division": place, "title": "诉求"} | changes
    return engine.Opening(**given)


def take(step: str, matter: Matter, by: Actor, at: dt.datetime = MONDAY, **given: object) -> Matter:
    """Take a step in the actor's own scope, as a request would."""
    with scope.acting(by):
        return engine.take(step, matter, by=by, at=at, **given)
