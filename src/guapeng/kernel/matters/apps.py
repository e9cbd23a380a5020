"""Registration of the loop."""

from django.apps import AppConfig


class MattersConfig(AppConfig):
    """The closed loop of every matter."""

    name = "guapeng.kernel.matters"
    label = "matters"
