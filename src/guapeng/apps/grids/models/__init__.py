"""What the grids keep, by part."""

from guapeng.apps.grids.models.field import PatrolPlace, PhotoPart, Visit, VisitPhoto
from guapeng.apps.grids.models.ledger import CareEntry, CareOpening, LedgerChange, Source
from guapeng.apps.grids.models.staffing import Deputy, GridContact, HandOver, Leave

__all__ = [
    "CareEntry",
    "CareOpening",
    "Deputy",
    "GridContact",
    "HandOver",
    "Leave",
    "LedgerChange",
    "PatrolPlace",
    "PhotoPart",
    "Source",
    "Visit",
    "VisitPhoto",
]
