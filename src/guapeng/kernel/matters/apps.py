"""Registration of the loop."""

from django.apps import AppConfig


class MattersConfig(AppConfig):
    """The closed loop of every matter."""

    name = "guapeng.kernel.matters"
    label = "matters"

    def ready(self) -> None:
        """Register the checks of the step tables."""
        from guapeng.kernel.matters import checks  # noqa: F401  # registers itself
