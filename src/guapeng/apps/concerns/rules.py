"""Who takes part in a concern."""

from django.utils.translation import gettext_lazy as _

from guapeng.kernel.divisions.models import Level
from guapeng.kernel.matters.parties import role

GRID_WORKER = role("grid_worker", _("网格员"), Level.GRID)
SECRETARY = role("village_secretary", _("嘎查村（社区）书记"), Level.VILLAGE)
DISPATCHER = role("dispatcher", _("指挥中心坐席"), Level.COUNTY)
ARBITER = role("dispatch_lead", _("指挥中心值班长"), Level.COUNTY)
