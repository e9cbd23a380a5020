"""Registration of the loop."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MattersConfig(AppConfig):
    """The closed loop of every matter."""

    name = "guapeng.kernel.matters"
    label = "matters"

    def ready(self) -> None:
        """Register the checks of the step tables, and the places of the loop's pages."""
        from guapeng.kernel.divisions import following as divisions
        from guapeng.kernel.matters import checks, following, listeners, lists  # noqa: F401  # the checks and listeners register themselves
        from guapeng.web.registry import Entry, Panel, enter, hang, signed_in

        divisions.add(following.follow)
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
        for key, label, icon, order in (
            ("search", _("搜索"), "search", 35),
            ("map", _("地图"), "map", 40),
            ("board", _("公开栏"), "list", 42),
            ("statistics", _("统计"), "chart", 44),
        ):
            url_name, tab = f"matters:{key}", key == "map"
            enter(Entry(key=key, label=label, url_name=url_name, icon=icon, order=order, tab=tab))
        hang(
            Panel(
                key="raised",
                place="me",
                template="matters/panel_raised.html",
                order=10,
                context=lists.raised_last,
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
