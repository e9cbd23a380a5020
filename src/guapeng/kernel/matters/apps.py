"""Registration of the loop."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MattersConfig(AppConfig):
    """The closed loop of every matter."""

    name = "guapeng.kernel.matters"
    label = "matters"

    def ready(self) -> None:
        """Register the checks of the step tables, and the places of the loop's pages."""
        from guapeng.kernel.matters import checks, lists  # noqa: F401  # checks registers itself
        from guapeng.web.registry import Entry, Panel, enter, hang, signed_in

        enter(
            Entry(
                key="inbox",
                label=_("待办"),
                url_name="matters:inbox",
                icon="inbox",
                order=20,
                tab=True,
                shown=signed_in,
                count=lists.waiting_count,
            )
        )
        hang(
            Panel(
                key="waiting",
                place="home",
                template="matters/panel_waiting.html",
                order=10,
                context=lists.waiting_first,
            )
        )
