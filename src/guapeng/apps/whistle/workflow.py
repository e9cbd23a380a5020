"""The procedure of a whistle, loop L7 of the field: read the rows from top to bottom."""

from django.utils.translation import gettext_lazy as _

from guapeng.apps.whistle import actions, forms
from guapeng.apps.whistle.models import Whistle
from guapeng.apps.whistle.rules import (
    CALLED_UNITS,
    COORDINATOR,
    MISSING_UNITS,
    SECRETARY,
    TOWN_LEADER,
    UNRULED_UNITS,
    WHISTLER,
)
from guapeng.kernel.matters import loop
from guapeng.kernel.matters.parties import CLOCKWORK, KNOWN, LEAD_UNIT
from guapeng.kernel.matters.tables import NEW, STAY, State, Step, Within, Workflow

# The unit's clock runs from the call, whatever others do meanwhile.
CALLED = ("draft", "review")
RATED = ("result", "closed", "again")

# fmt: off
WHISTLE = Workflow(
    key="whistle",
    label=_("吹哨报到"),
    version=1,
    case=Whistle,
    panel="whistle/case.html",
    states=(
        State("drafted",  _("待审核"), public=_("正在审核")),
        State("sent",     _("已吹哨"), public=_("已呼叫有关单位")),
        State("objected", _("待裁定"), public=_("已呼叫有关单位")),
        State("gathered", _("待定方案"), public=_("各单位已报到")),
        State("acting",   _("处置中"), public=_("正在联合处置")),
        State("result",   _("待评价"), public=_("已有结果，正在评价")),
        State("closed",   _("已结案"), public=_("已解决"), final=True),
        State("again",    _("已提级再吹哨"), public=_("没有解决，已向上一级再次吹哨"), final=True),
        State("refused",  _("未同意"), public=_("未吹哨"), final=True),
        State("ended",    _("已终止"), public=_("已终止"), final=True),
    ),
    steps=(
        Step("draft",      _("吹哨"),     who=SECRETARY | CLOCKWORK, at=NEW, to=("drafted", "sent"), form=forms.Draft, effect=actions.draft, says=_("提出吹哨")),
        Step("review",     _("审核"),     who=TOWN_LEADER,   at="drafted",  to=("sent", "refused"), form=forms.Review, within="whistle.review", effect=actions.review, says=_("吹哨已审核")),
        Step("report_in",  _("报到"),     who=MISSING_UNITS, at=("sent", "objected"), to=("sent", "objected", "gathered"), within=Within("whistle.report_in", since=CALLED), effect=actions.report_in, says=_("一个被呼叫单位已报到")),
        Step("object",     _("提异议"),   who=UNRULED_UNITS, at=("sent", "objected"), to="objected", form=loop.Object, window=Within("whistle.object", since=CALLED), effect=loop.object_to, says=_("一个被呼叫单位提出异议")),
        Step("rule_on",    _("裁定"),     who=COORDINATOR,   at="objected", to=("sent", "objected", "gathered", "ended"), form=loop.Rule, within="whistle.rule_on", effect=actions.rule_on, says=_("异议已裁定")),
        Step("agree_plan", _("定方案"),   who=LEAD_UNIT,     at="gathered", to="acting", form=forms.Plan, within="whistle.plan", effect=actions.agree_plan, says=_("联合处置方案已商定")),
        Step("part_done",  _("协助完成"), who=CALLED_UNITS,  at="acting",   to=STAY,     form=loop.Reason, effect=loop.finish_part, says=_("一个单位已完成分工")),
        Step("give_result", _("应哨结果"), who=LEAD_UNIT,    at="acting",   to="result", form=forms.Result, within="whistle.act", effect=actions.give_result, says=_("已给出应哨结果")),
        Step("rate_unit",  _("评价吹哨"), who=CALLED_UNITS,  at=RATED,      to=STAY,     form=forms.Rate, effect=actions.rate_by_unit, says=_("应哨单位已评价")),
        Step("rate_resident", _("居民评价"), who=KNOWN,      at=RATED,      to=STAY,     form=forms.Rate, effect=actions.rate_by_resident, says=_("居民已评价")),
        Step("rate",       _("评价结果"), who=WHISTLER,      at="result",   to=("closed", "again"), form=forms.Rate, within="whistle.rate", effect=actions.rate, not_by=("give_result",), says=_("吹哨方已评价")),
    ),
)
# fmt: on
