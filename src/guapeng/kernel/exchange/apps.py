"""Registration of the exchange with other systems."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from guapeng.web import registry


class ExchangeConfig(AppConfig):
    """Imports and exports of lists."""

    name = "guapeng.kernel.exchange"
    label = "exchange"

    def ready(self) -> None:
        """Bring the page on which lists come in, and offer the loop's lists as files."""
        from guapeng.kernel.exchange.views import imports_lists  # models are ready only now

        for page in ("inbox", "raised", "area", "board"):
            registry.write(f"matters:{page}", url_name=f"exchange:{page}")
        registry.enter(
            registry.Entry(
                key="import",
                label=_("导入"),
                url_name="exchange:first",
                icon="upload",
                order=70,
                shown=imports_lists,
            )
        )
