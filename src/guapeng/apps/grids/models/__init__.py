"""What the grids keep, by part."""

from guapeng.apps.grids.models.field import PatrolPlace, PhotoPart, Visit, VisitPhoto
from guapeng.apps.grids.models.ledger import CareEntry, CareOpening, LedgerChange, Source

__all__ = [
    "CareEntry",
    "CareOpening",
    "LedgerChange",
    "PatrolPlace",
    "PhotoPart",
    "Source",
    "Visit",
    "VisitPhoto",
]
