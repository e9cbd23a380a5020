"""What field work holds of a person's household, for the person's own copy (PIPL art. 45)."""

from django.utils.translation import gettext as _

from guapeng.apps.grids.models import Visit
from guapeng.kernel.people.copies import Section
from guapeng.kernel.people.models import Person
from guapeng.kernel.people.queries import lives_in


def section(person: Person) -> Section:
    """Return the visits of the households in which ``person`` lives, in the person's own scope."""
    homes = [one.household_id for one in lives_in(person)]
    found = Visit.objects.filter(household__in=homes).order_by("-on", "-pk")
    rows = ((f"{one.on}", str(Visit.How(one.how).label), one.found) for one in found)
    return Section(_("走访记录"), (_("日期"), _("方式"), _("情况")), rows)
