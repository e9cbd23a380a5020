"""Registration of the concerns."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from guapeng.web import registry


class ConcernsConfig(AppConfig):
    """Concerns of residents and events of the grids."""

    name = "guapeng.apps.concerns"
    label = "concerns"

    def ready(self) -> None:
        """Register the procedure and the page on which anybody reports."""
        from guapeng.apps.concerns import catalogue, desk, hot
        from guapeng.apps.concerns.imports import CONCERNS as LISTS
        from guapeng.apps.concerns.meaning import CONCERNS, words
        from guapeng.apps.concerns.reporting import news, shell  # noqa: F401  # news registers itself
        from guapeng.apps.concerns.workflow import CONCERN  # models are ready only now
        from guapeng.kernel.exchange import running
        from guapeng.kernel.matters import search_keys, tables
        from guapeng.kernel.matters.statistics import meanings

        tables.register(CONCERN)
        running.register(LISTS)
        meanings.register(CONCERNS)
        search_keys.register(CONCERNS.workflow, words)
        registry.enter(
            registry.Entry(
                key="desk",
                label=_("派单台"),
                url_name="concerns:desk",
                icon="send",
                order=25,
                shown=desk.dispatches,
                count=desk.queue_length,
            )
        )
        registry.enter(
            registry.Entry(
                key="hot",
                label=_("热点"),
                url_name="concerns:hot",
                icon="many",
                order=60,
                shown=hot.sees_areas,
            )
        )
        registry.enter(
            registry.Entry(
                key="catalogue",
                label=_("派单目录"),
                url_name="concerns:catalogue",
                icon="book",
                order=68,
                shown=catalogue.reads,
            )
        )
        shell.register()
