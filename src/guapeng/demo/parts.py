"""Who takes each leg of a path, and what they say in it."""

import datetime as dt
from collections.abc import Callable
from typing import Any, Final

from guapeng.apps.concerns.models import Concern
from guapeng.demo.places import COUNTY
from guapeng.demo.stage import Stage, parts_of
from guapeng.demo.stories import Story, Turn
from guapeng.kernel.matters.models import Matter, Urgency
from guapeng.kernel.people.actors import SYSTEM, Actor
from guapeng.plain.workdays import SHANGHAI

Given = dict[str, Any]
Who = Callable[[Stage, Story, Matter], Actor | None]
Says = Callable[[Stage, Story, Turn], Given]
Parts = dict[str, tuple[str, Who, Says]]

_EXTENDED_DAYS: Final = {Urgency.ORDINARY: 9, Urgency.ADVICE: 22}
_REDISPATCHED_TO: Final = ("housing", "urban", "transport", "police")


def _desk(stage: Stage, story: Story, _matter: Matter) -> Actor:
    return stage.scene.actor("dispatcher", COUNTY, story.serial)


def _arbiter(stage: Stage, story: Story, _matter: Matter) -> Actor:
    return stage.scene.actor("dispatch_lead", COUNTY, story.serial)


def _officer(stage: Stage, _story: Story, _matter: Matter) -> Actor:
    return stage.scene.actor("privacy_officer", COUNTY)


def _lead(stage: Stage, story: Story, matter: Matter) -> Actor:
    return stage.of_unit(parts_of(matter)[0].body_id, story)


def _helper(stage: Stage, story: Story, matter: Matter) -> Actor | None:
    helpers = [part for part in parts_of(matter) if not part.is_lead and not part.finished_at]
    return stage.of_unit(helpers[0].body_id, story) if helpers else None


def _missing(stage: Stage, story: Story, matter: Matter) -> Actor | None:
    """A unit that has neither come nor objected, the leading one first."""
    objecting = set(
        matter.objections.filter(ruled_at__isnull=True).values_list("body_id", flat=True)
    )
    parts = [part for part in parts_of(matter) if not part.reported_in_at]
    waited = [part.body_id for part in parts if part.body_id not in objecting]
    return stage.of_unit(waited[0], story) if waited else None


def _last_missing(stage: Stage, story: Story, matter: Matter) -> Actor | None:
    missing = [part.body_id for part in parts_of(matter) if not part.reported_in_at]
    return stage.of_unit(missing[-1], story) if missing else None


def _asker(stage: Stage, story: Story, _matter: Matter) -> Actor:
    return stage.asker(story)


def _grid(stage: Stage, story: Story, matter: Matter) -> Actor:
    return stage.of_place("grid_worker", story, matter)


def _checker(stage: Stage, story: Story, matter: Matter) -> Actor:
    """The grid worker mostly, else the secretary or the desk."""
    turn = story.serial % 4
    if turn == 0:
        return _desk(stage, story, matter)
    return stage.of_place("village_secretary" if turn == 1 else "grid_worker", story, matter)


def _town(stage: Stage, story: Story, matter: Matter) -> Actor:
    return stage.of_place("township_leader", story, matter)


def _whistler(stage: Stage, story: Story, matter: Matter) -> Actor:
    """Whoever answers for the storey at which the call is made."""
    if matter.village_id:
        return stage.of_place("village_secretary", story, matter)
    return (
        stage.of_place("township_leader", story, matter)
        if matter.township_id
        else _arbiter(stage, story, matter)
    )


def _somebody(stage: Stage, story: Story, _matter: Matter) -> Actor:
    return stage.scene.resident(story.serial)


def _clockwork(_stage: Stage, _story: Story, _matter: Matter) -> Actor:
    return SYSTEM


def _nothing(_stage: Stage, _story: Story, _turn: Turn) -> Given:
    return {}


def _fixed(**given: Any) -> Says:
    return lambda _stage, _story, _turn: given


def _dispatched(stage: Stage, story: Story, _turn: Turn) -> Given:
    """The catalogue's units; once an objection was upheld, another unit leads."""
    scene = stage.scene
    ruled = (
        stage.matters[story.serial].objections.filter(upheld=True).values_list("body_id", flat=True)
    )
    refused = set(ruled)
    keys = [story.lead, *_REDISPATCHED_TO]
    lead = next(key for key in keys if scene.bodies[key].pk not in refused)
    return {
        "lead": scene.bodies[lead],
        "assisting": [scene.bodies[key] for key in story.assisting if key != lead],
        "category": scene.categories[story.words["category"]],
        "urgency": story.urgency,
    }


def _merged(stage: Stage, story: Story, _turn: Turn) -> Given:
    assert story.same_as
    return {"same_as": Concern.objects.get(matter=stage.matters[story.same_as.serial])}


def _receipt(_stage: Stage, story: Story, turn: Turn) -> Given:
    return {"receipt": f"信访回执{turn.at.astimezone(SHANGHAI):%Y%m%d}-{story.serial:04d}"}


def _more_time(_stage: Stage, story: Story, turn: Turn) -> Given:
    dispatched = next(t.at for t in reversed(story.turns) if t.leg == "dispatch" and t.at < turn.at)
    days = dt.timedelta(days=_EXTENDED_DAYS[story.urgency])
    return {
        "reason": "配件要从外地调，路上需要几天，到货后马上施工。",
        "until": dispatched.astimezone(SHANGHAI).date() + days,
    }


def _result(_stage: Stage, story: Story, _turn: Turn) -> Given:
    result = story.words["result"]
    return {
        "result": f"您好，{result}感谢您反映。",
        "summary": result,
        "cause": story.words["cause"],
    }


def _settled(_stage: Stage, story: Story, _turn: Turn) -> Given:
    return {"summary": story.words["result"]}


def _planned(_stage: Stage, story: Story, turn: Turn) -> Given:
    hours = 12 if story.urgency == Urgency.DANGER else 24 * 6
    return {"plan": story.words["plan"], "until": turn.at + dt.timedelta(hours=hours)}


def _outcome(_stage: Stage, story: Story, _turn: Turn) -> Given:
    return {"result": story.words["result"]}


def _verdict(comment: str, *, solved: bool, satisfied: bool, reached: bool = True) -> Says:
    return _fixed(reached=reached, solved=solved, satisfied=satisfied, comment=comment)


_RULINGS: Final = {
    "refuse": _fixed(upheld=False, ruling="按派单目录和权责清单，仍由你单位牵头。"),
    "uphold": _fixed(upheld=True, ruling="经核对权责清单，改派其他单位牵头。"),
}
_OBJECTION: Final = _fixed(ground="not_our_duty", explanation="该路段尚未移交，请核对权责清单。")
_PART: Final = _fixed(reason="分工已完成，现场已交接。")

CONCERN: Final[Parts] = {
    "settle": ("settle", _grid, _settled),
    "dispatch": ("dispatch", _desk, _dispatched),
    "send_back": ("send_back", _desk, _fixed(reason="不属本旗受理范围，已告知可以办理的渠道。")),
    "merge": ("merge", _desk, _merged),
    "hand_over": ("hand_over", _desk, _receipt),
    "sign_in": ("sign_in", _lead, _nothing),
    "object": ("object", _lead, _OBJECTION),
    "refuse": ("rule_on", _arbiter, _RULINGS["refuse"]),
    "uphold": ("rule_on", _arbiter, _RULINGS["uphold"]),
    "contact": ("contact", _lead, _fixed(reached=True, note="")),
    "part_done": ("part_done", _helper, _PART),
    "ask_time": ("ask_extension", _lead, _more_time),
    "grant": ("decide_extension", _arbiter, _fixed(granted=True)),
    "deny": ("decide_extension", _arbiter, _fixed(granted=False)),
    "result": ("give_result", _lead, _result),
    "confirm": ("verify", _checker, _fixed(holds=True, found="现场看过，已办好。")),
    "refute": ("verify", _checker, _fixed(holds=False, found="现场看过，还没有办好。")),
    "praise": ("judge", _asker, _verdict("", solved=True, satisfied=True)),
    "grumble": ("judge", _asker, _verdict("办好了，就是等得久。", solved=True, satisfied=False)),
    "reject": ("judge", _asker, _verdict("好了两天又坏了。", solved=False, satisfied=False)),
    "phone": ("follow_up", _desk, _verdict("", solved=True, satisfied=True)),
    "lapse": ("lapse", _clockwork, _nothing),
    "again": ("conclude", _arbiter, _fixed(again=True, explanation="由分管领导包案，限期重办。")),
    "explain": (
        "conclude",
        _arbiter,
        _fixed(again=False, explanation="需列入明年改造计划，已当面说明。"),
    ),
    "reopen": ("reopen", _asker, _fixed(reason="又出现同样的问题。")),
    "withdraw": ("withdraw", _asker, _fixed(reason="已经自己解决了。")),
}
WHISTLE: Final[Parts] = {
    "review": ("review", _town, _fixed(sent=True, reason="")),
    "decline": (
        "review",
        _town,
        _fixed(sent=False, reason="本级可以协调解决，先由苏木镇牵头办理。"),
    ),
    "report_in": ("report_in", _missing, _nothing),
    "objecting": ("object", _last_missing, _OBJECTION),
    "keep": ("rule_on", _arbiter, _RULINGS["refuse"]),
    "release": ("rule_on", _arbiter, _RULINGS["uphold"]),
    "plan": ("agree_plan", _lead, _planned),
    "part": ("part_done", _helper, _PART),
    "outcome": ("give_result", _lead, _outcome),
    "rate_unit": ("rate_unit", _lead, _fixed(solved=True, comment="情况说得清楚，配合得好。")),
    "rate_resident": ("rate_resident", _somebody, _fixed(solved=True, comment="")),
    "solved": ("rate", _whistler, _fixed(solved=True, comment="各单位到得快。")),
    "unsolved": ("rate", _whistler, _fixed(solved=False, comment="只解决了一半，请上级再协调。")),
}
RIGHTS: Final[Parts] = {
    "make_sure": ("confirm", _officer, _fixed(is_person=True, how="已核对身份证件原件。")),
    "doubt": ("confirm", _officer, _fixed(is_person=False, how="未带证件，也无法回拨核对。")),
    "answer": (
        "answer",
        _officer,
        _fixed(granted=True, answer="登记的信息已打印交给您，请核对；有误可以随时更正。"),
    ),
    "thanks": ("judge", _asker, _verdict("", solved=True, satisfied=True)),
    "lapse": ("lapse", _clockwork, _nothing),
    "drop": ("withdraw", _asker, _fixed(reason="在网上已经看到了。")),
}
OF: Final[dict[str, Parts]] = {"concern": CONCERN, "whistle": WHISTLE, "rights": RIGHTS}
"""Who takes each leg and what they say, by procedure."""
