"""Registration of the people."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """Persons, bodies and posts."""

    name = "guapeng.kernel.people"
    label = "people"

    def ready(self) -> None:
        """Enter the pages, say who is signed in, listen to right passwords, follow divisions."""
        from guapeng.kernel.divisions import following as divisions
        from guapeng.kernel.people import following, hooks  # models are ready only now

        divisions.add(following.follow)
        hooks.register()
