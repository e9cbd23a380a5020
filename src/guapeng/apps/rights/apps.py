"""Registration of requests about one's own data."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from guapeng.web import registry


class RightsConfig(AppConfig):
    """个人信息请求."""

    name = "guapeng.apps.rights"
    label = "rights"

    def ready(self) -> None:
        """Register the procedure, the panel of the own page, and what the copy holds."""
        from guapeng.apps.rights import copies as ours  # models are ready only now
        from guapeng.apps.rights.views import my_requests, takes_requests
        from guapeng.apps.rights.workflow import RIGHTS
        from guapeng.kernel.matters import tables
        from guapeng.kernel.people import copies

        tables.register(RIGHTS)
        copies.add(ours.matters_section)
        copies.add(ours.steps_section)
        registry.hang(
            registry.Panel(
                key="rights",
                place="held",
                template="rights/panel.html",
                order=50,
                context=my_requests,
            )
        )
        registry.enter(
            registry.Entry(
                key="counter",
                label=_("代提信息请求"),
                url_name="rights:counter",
                icon="seal",
                order=65,
                shown=takes_requests,
            )
        )
