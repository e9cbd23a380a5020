"""Registration of the divisions."""

from django.apps import AppConfig


class DivisionsConfig(AppConfig):
    """Administrative divisions and grids."""

    name = "guapeng.kernel.divisions"
    label = "divisions"
