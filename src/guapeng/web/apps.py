"""The look of the product as a Django app: templates, static files, components. No models."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from guapeng.web import registry


class WebConfig(AppConfig):
    """Brings the pages' shell; other apps enter their navigation and panels in the registry."""

    name = "guapeng.web"
    label = "web"
    verbose_name = "界面"

    def ready(self) -> None:
        """Enter the one page that belongs to nobody else: the front page."""
        registry.enter(
            registry.Entry(
                key="home", label=_("首页"), url_name="web:home", icon="home", order=10, tab=True
            )
        )
