"""Registration of the grids."""

from django.apps import AppConfig


class GridsConfig(AppConfig):
    """网格."""

    name = "guapeng.apps.grids"
    label = "grids"

    def ready(self) -> None:
        """Register the procedure."""
        from guapeng.apps.grids.workflow import REDIVISION  # models are ready only now
        from guapeng.kernel.matters import tables

        tables.register(REDIVISION)
