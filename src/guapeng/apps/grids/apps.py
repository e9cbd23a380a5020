"""Registration of the grids."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from guapeng.web import registry


class GridsConfig(AppConfig):
    """网格."""

    name = "guapeng.apps.grids"
    label = "grids"

    def ready(self) -> None:
        """Register what each part brings to the pages."""
        from guapeng.kernel.divisions import following as divisions  # models are ready only now

        self._plans()
        self._ledger()
        self._staffing()
        self._field()
        from guapeng.apps.grids.staffing import following

        divisions.add(following.follow)

    def _ledger(self) -> None:
        from guapeng.apps.grids import copies as ours
        from guapeng.apps.grids.ledger import views  # models are ready only now
        from guapeng.apps.grids.ledger.imports import HOUSEHOLDS
        from guapeng.kernel.exchange import running
        from guapeng.kernel.people import copies

        running.register(HOUSEHOLDS)
        for section in (ours.changes_section, ours.care_section, ours.openings_section):
            copies.add(section)
        registry.enter(
            registry.Entry(
                key="ledger",
                label=_("住户台账"),
                url_name="grids:ledger",
                icon="home",
                order=55,
                shown=views.reads_ledgers,
            )
        )
        registry.hang(
            registry.Panel(
                key="own-home",
                place="held",
                template="grids/ledger/panel_home.html",
                order=10,
                context=views.own_home,
            )
        )

    def _staffing(self) -> None:
        from guapeng.apps.grids.staffing import views  # models are ready only now

        registry.enter(
            registry.Entry(
                key="who", label=_("找网格员"), url_name="grids:who", icon="people", order=34
            )
        )
        registry.enter(
            registry.Entry(
                key="coverage",
                label=_("到岗覆盖"),
                url_name="grids:coverage",
                icon="calendar",
                order=56,
                shown=views.sees_coverage,
            )
        )
        registry.hang(
            registry.Panel(
                key="my-grids",
                place="me",
                template="grids/staffing/panel_mine.html",
                order=30,
                context=views.my_grids,
            )
        )

    def _plans(self) -> None:
        from guapeng.apps.grids.plans.roles import plans_shown  # models are ready only now
        from guapeng.apps.grids.workflow import REDIVISION
        from guapeng.kernel.matters import tables

        tables.register(REDIVISION)
        registry.enter(
            registry.Entry(
                key="grid-plans",
                label=_("网格划分"),
                url_name="grids:plans",
                icon="place",
                order=62,
                shown=plans_shown,
            )
        )

    def _field(self) -> None:
        from guapeng.apps.grids.field import (  # models are ready only now
            copying,
            following,
            placing,
            views,
        )
        from guapeng.kernel.divisions import following as divisions
        from guapeng.kernel.people import copies

        divisions.add(following.follow)
        copies.add(copying.section)
        registry.enter(
            registry.Entry(
                key="field",
                label=_("外勤"),
                url_name="grids:field",
                icon="phone",
                order=22,
                shown=views.sees_field,
            )
        )
        registry.enter(
            registry.Entry(
                key="patrol_places",
                label=_("巡查点"),
                url_name="grids:field_places",
                icon="flag",
                order=64,
                shown=placing.keeps_places,
            )
        )
