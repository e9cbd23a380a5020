"""What the grids put into a person's copy of everything held about them (PIPL art. 45)."""

from django.utils.translation import gettext as _

from guapeng.apps.grids.ledger import queries
from guapeng.apps.grids.ledger.dictionary import care_groups
from guapeng.apps.grids.models import CareEntry, CareOpening, LedgerChange
from guapeng.kernel.people.copies import Section, moment
from guapeng.kernel.people.models import Person


def changes_section(person: Person) -> Section:
    """Return how the entry of the person's household changed."""
    rows = LedgerChange.objects.filter(household__in=queries.homes_of(person)).order_by("pk")
    head = (_("时间"), _("岗位"), _("变更"), _("来源"))
    return Section(
        _("住户台账的更改"),
        head,
        (
            (moment(one.at), one.title, one.get_what_display(), one.get_source_display())
            for one in rows
        ),
    )


def care_section(person: Person) -> Section:
    """Return the care entries of the person's household, with the law each stands on."""
    entries = CareEntry.objects.filter(household__in=queries.homes_of(person)).order_by("pk")
    head = (_("关爱对象"), _("依据"), _("自"), _("至"))
    return Section(
        _("关爱登记"),
        head,
        (
            (_label(one), one.clause, str(one.valid.lower or ""), str(one.valid.upper or ""))
            for one in entries
        ),
    )


def openings_section(person: Person) -> Section:
    """Return who opened those entries, and why."""
    rows = CareOpening.objects.filter(household__in=queries.homes_of(person)).order_by("pk")
    head = (_("时间"), _("岗位"), _("目的"))
    return Section(
        _("谁看过关爱登记"), head, ((moment(one.at), one.title, one.purpose) for one in rows)
    )


def _label(one: CareEntry) -> str:
    known = care_groups(on=one.valid.lower)
    return known[one.group].label if one.group in known else one.group
