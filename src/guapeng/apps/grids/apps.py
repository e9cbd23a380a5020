"""Registration of the grids."""

from django.apps import AppConfig


class GridsConfig(AppConfig):
    """网格."""

    name = "guapeng.apps.grids"
    label = "grids"
