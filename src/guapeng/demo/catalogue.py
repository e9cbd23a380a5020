"""The instance's own table of events and its dispatch catalogue (派单目录)."""

from guapeng.apps.concerns.models import CatalogueLine, Category
from guapeng.demo.files import rows
from guapeng.demo.people import SINCE
from guapeng.kernel.people.models import Body


def write() -> None:
    """Write the categories, and who leads and who helps with each."""
    bodies = {row["key"]: Body.objects.get(name=row["name"]) for row in rows("bodies")}
    known: dict[str, Category] = {}
    for row in rows("categories"):
        category = _category(row, known.get(f"{row['code'][:2]}000"))
        category.save()
        known[row["code"]] = category
        if row["lead"]:
            _route(category, row, bodies)


def assisting(row: dict[str, str]) -> list[str]:
    """Return the keys of the units that a row says may help."""
    return row["assisting"].split()


def _category(row: dict[str, str], parent: Category | None) -> Category:
    return Category(
        code=row["code"],
        name=row["name"],
        parent=parent,
        urgency=int(row["urgency"]),
        allows_anonymous=row["anonymous"] == "1",
        is_petition=row["petition"] == "1",
        is_public=row["public"] == "1",
    )


def _route(category: Category, row: dict[str, str], bodies: dict[str, Body]) -> None:
    line = CatalogueLine.objects.create(
        category=category, lead=bodies[row["lead"]], basis=row["basis"], valid=SINCE
    )
    line.assisting.set([bodies[key] for key in assisting(row)])
