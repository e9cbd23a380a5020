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
        from guapeng.kernel.matters import (
            board,
            checks,  # noqa: F401  # registers itself
            following,
            listeners,  # noqa: F401  # registers itself
            lists,
        )
        from guapeng.web.registry import Entry, Panel, enter, hang, signed_in, visiting

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
        for key, label, icon, order, tab in (
            ("board", _("公开栏"), "list", 22, visiting),
            ("search", _("搜索"), "search", 35, False),
            ("map", _("地图"), "map", 40, True),
            ("statistics", _("统计"), "chart", 44, False),
        ):
            url_name = f"matters:{key}"
            enter(Entry(key=key, label=label, url_name=url_name, icon=icon, order=order, tab=tab))
        hang(
            Panel(
                key="search",
                place="home",
                template="matters/panel_search.html",
                order=8,
                context=lambda _request: {},
            )
        )
        hang(
            Panel(
                key="board",
                place="home",
                template="matters/panel_board.html",
                order=30,
                context=board.latest,
            )
        )
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
