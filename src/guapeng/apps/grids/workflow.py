"""The procedure of a redivision of grids: read the rows from top to bottom."""

from django.utils.translation import gettext_lazy as _

from guapeng.apps.grids import forms
from guapeng.apps.grids.models import Redivision
from guapeng.apps.grids.plans import steps
from guapeng.apps.grids.plans.roles import BANNER, DRAWER, TOWN_LEADER
from guapeng.kernel.matters import loop
from guapeng.kernel.matters.models import Visibility
from guapeng.kernel.matters.parties import CLOCKWORK
from guapeng.kernel.matters.tables import NEW, State, Step, Within, Workflow

# fmt: off
REDIVISION = Workflow(
    key="redivision",
    label=_("网格调整"),
    version=1,
    case=Redivision,
    panel="grids/plans/case.html",
    visibility=Visibility.INVOLVED,
    states=(
        State("submitted", _("待苏木乡镇街道审核"), public=_("正在审核")),
        State("reviewed",  _("待旗县批准"), public=_("正在审核")),
        State("returned",  _("退回修改"), public=_("正在修改")),
        State("approved",  _("已批准，待生效"), public=_("已批准，待生效")),
        State("effective", _("已生效"), public=_("已生效"), final=True),
        State("withdrawn", _("已撤回"), public=_("已撤回"), final=True),
    ),
    steps=(
        Step("submit",       _("提交网格方案"), who=DRAWER, at=NEW,         to="submitted", form=forms.Submit, effect=steps.submit, says=_("提交网格方案")),
        Step("review",       _("审核"),     who=TOWN_LEADER, at="submitted", to=("reviewed", "returned"), form=forms.Review, within="grids.review", effect=steps.review, not_by=("submit", "submit_again"), says=_("苏木乡镇街道已审核")),
        Step("approve",      _("批准"),     who=BANNER,      at="reviewed",  to=("approved", "returned"), form=forms.Review, within="grids.approve", effect=steps.approve, not_by=("submit", "submit_again", "review"), says=_("旗县已审定")),
        Step("submit_again", _("修改后再提交"), who=DRAWER,  at="returned",  to="submitted", form=forms.Submit, within="grids.submit_again", effect=steps.submit_again, says=_("修改后再次提交")),
        Step("withdraw",     _("撤回"),     who=DRAWER,      at=("submitted", "reviewed", "returned"), to="withdrawn", form=loop.Reason, says=_("已撤回")),
        Step("take_effect",  _("生效"),     who=CLOCKWORK,   at="approved",  to="effective", within=Within(day="effective_on"), effect=steps.take_effect, says=_("网格调整已生效")),
    ),
)
# fmt: on
