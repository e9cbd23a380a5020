"""What the grids keep, by part."""

from guapeng.apps.grids.models.ledger import CareEntry, CareOpening, LedgerChange, Source

__all__ = ["CareEntry", "CareOpening", "LedgerChange", "Source"]
