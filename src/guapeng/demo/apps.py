"""Registration of the demo."""

from django.apps import AppConfig

from guapeng.web import registry


class DemoConfig(AppConfig):
    """The demo banner's log-ins; its panel shows nothing outside demo mode."""

    name = "guapeng.demo"
    label = "demo"

    def ready(self) -> None:
        """Offer the roles on the log-in page."""
        from guapeng.demo.signing_in import offered_roles  # models are ready only now

        registry.hang(
            registry.Panel(
                key="demo-roles",
                place="sign_in",
                template="demo/roles.html",
                order=10,
                context=offered_roles,
            )
        )
