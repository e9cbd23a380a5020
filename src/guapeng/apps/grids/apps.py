"""Registration of the grids."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from guapeng.web import registry


class GridsConfig(AppConfig):
    """网格."""

    name = "guapeng.apps.grids"
    label = "grids"

    def ready(self) -> None:
        """Enter the page of field work into the navigation of those who do it."""
        from guapeng.apps.grids.field import (  # models are ready only now
            copying,
            following,
            placing,
        )
        from guapeng.apps.grids.field.views import sees_field
        from guapeng.kernel.divisions.following import add
        from guapeng.kernel.people import copies

        add(following.follow)
        copies.add(copying.section)
        registry.enter(
            registry.Entry(
                key="field",
                label=_("外勤"),
                url_name="grids:field",
                icon="phone",
                order=22,
                shown=sees_field,
            )
        )
        registry.enter(
            registry.Entry(
                key="patrol_places",
                label=_("巡查点"),
                url_name="grids:field_places",
                icon="flag",
                order=64,
                shown=placing.keeps_places,
            )
        )
