"""What grids keep, a file a part."""

from guapeng.apps.grids.models.field import PatrolPlace, PhotoPart, Visit, VisitPhoto

__all__ = ["PatrolPlace", "PhotoPart", "Visit", "VisitPhoto"]
