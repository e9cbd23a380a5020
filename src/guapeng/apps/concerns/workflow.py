"""The procedure of a concern, loop L6 of the field: read the rows from top to bottom."""

from django.utils.translation import gettext_lazy as _

from guapeng.apps.concerns import actions, forms
from guapeng.apps.concerns.models import Concern
from guapeng.apps.concerns.rules import ARBITER, DISPATCHER, GRID_WORKER, SECRETARY
from guapeng.kernel.matters import loop
from guapeng.kernel.matters.parties import ANYONE, ASSISTING_UNITS, CLOCKWORK, LEAD_UNIT, RAISER
from guapeng.kernel.matters.tables import NEW, STAY, State, Step, Within, Workflow

# Each round of handling runs from what sent the matter to the unit, never from its sign-in.
SENT = ("dispatch", "verify", "judge", "follow_up", "conclude")
HANDLE = Within("concerns.handle", since=SENT)

# fmt: off
CONCERN = Workflow(
    key="concern",
    label=_("诉求和网格事件"),
    version=1,
    case=Concern,
    panel="concerns/case.html",
    states=(
        State("reported",   _("待受理"), public=_("已收到，等待受理")),
        State("dispatched", _("待签收"), public=_("已交给负责单位")),
        State("objected",   _("待裁定"), public=_("正在确定负责单位")),
        State("acting",     _("处置中"), public=_("正在办理")),
        State("extending",  _("待批延期"), public=_("正在办理，单位申请延期")),
        State("answered",   _("待核查"), public=_("已有结果，正在核查")),
        State("asking",     _("待评价"), public=_("已有结果，请提出人评价")),
        State("problem",    _("问题工单"), public=_("多次未解决，已提级处理")),
        State("closed",     _("已结案"), public=_("已办结"), final=True),
        State("returned",   _("不受理"), public=_("未受理，理由已告知"), final=True),
        State("merged",     _("已合并"), public=_("与先前的诉求合并办理"), final=True),
        State("referred",   _("已移交信访"), public=_("已移交信访部门"), final=True),
        State("withdrawn",  _("已撤回"), public=_("提出人已撤回"), final=True),
    ),
    steps=(
        Step("report",     _("上报"),     who=ANYONE,      at=NEW,          to="reported",   form=forms.Report, effect=actions.report, begins=actions.begin, says=_("收到一件诉求")),
        Step("take_over",  _("接收历史工单"), who=CLOCKWORK, at=NEW,        to="closed",     form=forms.TakeOver, begins=actions.take_over, says=_("收到一件已在原系统办结的诉求")),
        Step("settle",     _("当场解决"), who=GRID_WORKER, at="reported",   to="closed",     form=forms.Settle, effect=actions.settle, says=_("网格员当场解决")),
        Step("dispatch",   _("派单"),     who=DISPATCHER,  at="reported",   to="dispatched", form=forms.Dispatch, within="concerns.accept", effect=actions.dispatch, says=_("已交{lead}牵头办理")),
        Step("send_back",  _("不受理"),   who=DISPATCHER,  at="reported",   to="returned",   form=forms.SendBack, says=_("不予受理，理由已告知提出人")),
        Step("merge",      _("合并"),     who=DISPATCHER,  at="reported",   to="merged",     form=forms.Merge, effect=actions.merge, says=_("与先前的诉求合并办理")),
        Step("hand_over",  _("移交信访"), who=DISPATCHER,  at="reported",   to="referred",   form=forms.HandOver, says=_("属信访事项，已移交并取得回执")),
        Step("sign_in",    _("签收"),     who=LEAD_UNIT,   at="dispatched", to="acting",     within=Within("concerns.sign_in", since=SENT), effect=loop.report_in, says=_("牵头单位已签收")),
        Step("object",     _("退单"),     who=LEAD_UNIT,   at="dispatched", to="objected",   form=loop.Object, window=Within("concerns.object", since=("dispatch",)), effect=loop.object_to, once=True, says=_("牵头单位提出异议")),
        Step("rule_on",    _("裁定"),     who=ARBITER,     at="objected",   to=("dispatched", "reported"), form=loop.Rule, within="concerns.rule_on", effect=actions.rule_on, says=_("异议已裁定")),
        Step("contact",    _("联系提出人"), who=LEAD_UNIT, at="acting",     to=STAY,         form=forms.Contact, within=Within("concerns.contact", since=SENT), says=_("牵头单位已联系提出人")),
        Step("part_done",  _("协办完成"), who=ASSISTING_UNITS, at="acting", to=STAY,         form=loop.Reason, within=HANDLE, effect=loop.finish_part, says=_("协办单位已完成")),
        Step("ask_extension", _("申请延期"), who=LEAD_UNIT, at="acting",    to="extending",  form=loop.AskExtension, effect=actions.ask_extension, once=True, says=_("牵头单位申请延期")),
        Step("decide_extension", _("批复延期"), who=ARBITER, at="extending", to="acting",    form=loop.DecideExtension, within="concerns.decide_extension", effect=loop.decide_extension, says=_("延期申请已批复")),
        Step("give_result", _("反馈结果"), who=LEAD_UNIT,  at="acting",     to="answered",   form=forms.Result, within=HANDLE, effect=actions.give_result, says=_("牵头单位已反馈结果")),
        Step("verify",     _("核查"),     who=GRID_WORKER | SECRETARY | DISPATCHER, at="answered", to=("asking", "acting"), form=forms.Verify, within="concerns.verify", effect=actions.verify, not_by=("give_result",), says=_("已核查")),
        Step("judge",      _("评价"),     who=RAISER,      at="asking",     to=("closed", "acting", "problem"), form=loop.Judge, within="concerns.judge", effect=actions.judge, says=_("提出人已评价")),
        Step("follow_up",  _("回访"),     who=DISPATCHER,  at="asking",     to=("closed", "acting", "problem"), form=loop.Judge, within="concerns.follow_up", effect=actions.follow_up, not_by=("give_result",), says=_("已电话回访")),
        Step("lapse",      _("到期未评价"), who=CLOCKWORK, at="asking",     to="closed",     within="concerns.lapse", says=_("到期未评价，按无答复结案")),
        Step("conclude",   _("提级处理"), who=ARBITER,     at="problem",    to=("acting", "closed"), form=forms.Conclude, within="concerns.conclude", effect=actions.conclude, says=_("问题工单已提级处理")),
        Step("reopen",     _("重新打开"), who=RAISER,      at="closed",     to="reported",   form=loop.Reason, window=Within("concerns.reopen"), effect=loop.release, says=_("提出人要求重新办理")),
        Step("withdraw",   _("撤回"),     who=RAISER,      at=("reported", "dispatched", "acting"), to="withdrawn", form=loop.Reason, says=_("提出人撤回")),
    ),
)
# fmt: on
