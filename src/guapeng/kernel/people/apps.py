"""Registration of the people."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """Persons, bodies and posts."""

    name = "guapeng.kernel.people"
    label = "people"
