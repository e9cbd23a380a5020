"""Registration of the concerns."""

from django.apps import AppConfig


class ConcernsConfig(AppConfig):
    """Concerns of residents and events of the grids."""

    name = "guapeng.apps.concerns"
    label = "concerns"

    def ready(self) -> None:
        """Register the procedure."""
        from guapeng.apps.concerns.workflow import CONCERN  # models are ready only now
        from guapeng.kernel.matters import tables

        tables.register(CONCERN)
