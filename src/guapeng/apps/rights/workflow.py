"""The procedure of a request, loop L20 of the field: read the rows from top to bottom."""

from django.utils.translation import gettext_lazy as _

from guapeng.apps.rights import actions, forms
from guapeng.apps.rights.models import DataRequest
from guapeng.apps.rights.rules import OFFICER
from guapeng.kernel.matters import loop
from guapeng.kernel.matters.models import Visibility
from guapeng.kernel.matters.parties import CLOCKWORK, RAISER
from guapeng.kernel.matters.tables import NEW, State, Step, Within, Workflow

# Making sure who asks buys no time: the answer is due from the asking.
ASKED = ("ask", "judge")

# fmt: off
RIGHTS = Workflow(
    key="rights",
    label=_("个人信息请求"),
    version=1,
    case=DataRequest,
    states=(
        State("asked",     _("待核对身份"), public=_("已收到，正在核对身份")),
        State("verified",  _("待答复"), public=_("已收到，正在办理")),
        State("answered",  _("待评价"), public=_("已答复，请您评价")),
        State("closed",    _("已办结"), public=_("已办结"), final=True),
        State("refused",   _("未能核对身份"), public=_("未能核对身份，没有办理"), final=True),
        State("withdrawn", _("已撤回"), public=_("已撤回"), final=True),
    ),
    steps=(
        Step("ask",      _("提出请求"), who=RAISER,    at=NEW,        to=("verified", "asked"), form=forms.Ask, effect=actions.ask, says=_("收到一件个人信息请求")),
        Step("confirm",  _("核对身份"), who=OFFICER,   at="asked",    to=("verified", "refused"), form=forms.Confirm, within="rights.confirm", effect=actions.confirm, says=_("已核对请求人身份")),
        Step("answer",   _("答复"),     who=OFFICER,   at="verified", to="answered", form=forms.Answer, within=Within("rights.answer", since=ASKED), effect=actions.answer, says=_("已答复个人信息请求")),
        Step("judge",    _("评价"),     who=RAISER,    at="answered", to=("closed", "verified"), form=loop.Judge, within="rights.judge", effect=actions.judge, not_by=("answer",), says=_("提出人已评价")),
        Step("lapse",    _("到期未评价"), who=CLOCKWORK, at="answered", to="closed", within="rights.lapse", says=_("到期未评价，按无答复办结")),
        Step("withdraw", _("撤回"),     who=RAISER,    at=("asked", "verified"), to="withdrawn", form=loop.Reason, says=_("提出人撤回")),
    ),
    panel="rights/case.html",
    visibility=Visibility.INVOLVED,
)
# fmt: on
