"""Registration of the grids."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from guapeng.web import registry


class GridsConfig(AppConfig):
    """网格."""

    name = "guapeng.apps.grids"
    label = "grids"

    def ready(self) -> None:
        """Register the procedure."""
        from guapeng.apps.grids.plans.roles import plans_shown  # models are ready only now
        from guapeng.apps.grids.workflow import REDIVISION
        from guapeng.kernel.matters import tables

        tables.register(REDIVISION)
        registry.enter(
            registry.Entry(
                key="grid-plans",
                label=_("网格划分"),
                url_name="grids:plans",
                icon="place",
                order=62,
                shown=plans_shown,
            )
        )
