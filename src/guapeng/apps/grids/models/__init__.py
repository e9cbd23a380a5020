"""The rows of the grids, by part."""

from guapeng.apps.grids.models.plans import (
    Barrier,
    Building,
    Compound,
    Plan,
    Redivision,
    Survey,
    Version,
)

__all__ = ["Barrier", "Building", "Compound", "Plan", "Redivision", "Survey", "Version"]
