"""Registration of the notices."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from guapeng.web import registry


class NoticesConfig(AppConfig):
    """Telling people what waits for them."""

    name = "guapeng.kernel.notices"
    label = "notices"

    def ready(self) -> None:
        """Bring the channels that come with the product, and the bell."""
        from guapeng.kernel.notices import queries  # models are not ready earlier
        from guapeng.kernel.notices.channels import mail, push  # noqa: F401  # register themselves

        registry.enter(
            registry.Entry(
                key="notices",
                label=_("通知"),
                url_name="notices:list",
                icon="bell",
                order=25,
                top=True,
                shown=registry.signed_in,
                count=queries.new_count,
            )
        )
