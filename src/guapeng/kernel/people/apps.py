"""Registration of the people."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """Persons, bodies and posts."""

    name = "guapeng.kernel.people"
    label = "people"

    def ready(self) -> None:
        """Enter the pages, say who is signed in, and listen to right passwords."""
        from guapeng.kernel.people import hooks  # models are ready only now

        hooks.register()
