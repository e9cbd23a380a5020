"""Registration of the rules."""

from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class RulesConfig(AppConfig):
    """Dated rules and the working calendar; the lowest floor of the kernel."""

    name = "guapeng.kernel.rules"
    label = "rules"

    def ready(self) -> None:
        """Load the shipped rules whenever the tables may be new."""
        post_migrate.connect(_load_shipped, sender=self, dispatch_uid="rules.shipped")


def _load_shipped(**_: Any) -> None:
    from guapeng.kernel.rules.shipped import load_shipped  # models are not ready earlier

    load_shipped()
