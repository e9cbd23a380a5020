"""Registration of the whistle."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from guapeng.web import registry


class WhistleConfig(AppConfig):
    """吹哨报到."""

    name = "guapeng.apps.whistle"
    label = "whistle"

    def ready(self) -> None:
        """Register the procedure."""
        from guapeng.apps.whistle.meaning import WHISTLES, words
        from guapeng.apps.whistle.rules import holds_a_post, may_whistle
        from guapeng.apps.whistle.workflow import WHISTLE  # models are ready only now
        from guapeng.kernel.matters import search_keys, tables
        from guapeng.kernel.matters.statistics import meanings

        tables.register(WHISTLE)
        meanings.register(WHISTLES)
        search_keys.register(WHISTLES.workflow, words)
        registry.enter(
            registry.Entry(
                key="whistle",
                label=_("吹哨"),
                url_name="whistle:new",
                icon="whistle",
                order=35,
                shown=may_whistle,
            )
        )
        registry.enter(
            registry.Entry(
                key="services",
                label=_("服务清单"),
                url_name="whistle:services",
                icon="good",
                order=65,
            )
        )
        registry.enter(
            registry.Entry(
                key="duties",
                label=_("权责清单"),
                url_name="whistle:duties",
                icon="book",
                order=70,
                shown=holds_a_post,
            )
        )
