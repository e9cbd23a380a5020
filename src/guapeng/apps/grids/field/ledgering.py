"""Changes of the household ledger from a telephone."""

import datetime as dt
from typing import Any

from guapeng.apps.grids.field.records import HouseholdRecord
from guapeng.kernel.people.actors import Actor


class BothSides(Exception):
    """Somebody else changed the household since; ``sides`` shows what each says."""

    def __init__(self, sides: dict[str, Any]) -> None:
        super().__init__("conflict")
        self.sides = sides


def change(record: HouseholdRecord, *, by: Actor, at: dt.datetime) -> tuple[bool, int]:
    """Change the ledger."""
    raise NotImplementedError
