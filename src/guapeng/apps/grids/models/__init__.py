"""What the grids keep, by part."""

from guapeng.apps.grids.models.field import PatrolPlace, PhotoPart, Visit, VisitPhoto
from guapeng.apps.grids.models.ledger import CareEntry, CareOpening, LedgerChange, Source
from guapeng.apps.grids.models.plans import (
    Barrier,
    Building,
    Compound,
    Plan,
    Redivision,
    SpecialArea,
    Survey,
    Version,
)
from guapeng.apps.grids.models.staffing import Deputy, GridContact, HandOver, Leave

__all__ = [
    "Barrier",
    "Building",
    "CareEntry",
    "CareOpening",
    "Compound",
    "Deputy",
    "GridContact",
    "HandOver",
    "Leave",
    "LedgerChange",
    "PatrolPlace",
    "PhotoPart",
    "Plan",
    "Redivision",
    "Source",
    "SpecialArea",
    "Survey",
    "Version",
    "Visit",
    "VisitPhoto",
]
