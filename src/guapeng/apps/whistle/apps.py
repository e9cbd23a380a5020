"""Registration of the whistle."""

from django.apps import AppConfig


class WhistleConfig(AppConfig):
    """吹哨报到."""

    name = "guapeng.apps.whistle"
    label = "whistle"

    def ready(self) -> None:
        """Register the procedure."""
        from guapeng.apps.whistle.workflow import WHISTLE  # models are ready only now
        from guapeng.kernel.matters import tables

        tables.register(WHISTLE)
