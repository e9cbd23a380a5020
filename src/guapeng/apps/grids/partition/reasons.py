"""Why grids are out of range, and what else could be done: sentences for those who decide."""

from dataclasses import dataclass
from typing import Final

from guapeng.apps.grids.partition.count import Count
from guapeng.apps.grids.partition.county import Community, Ints, Range
from guapeng.plain.unfit import gettext_noop

SMALL: Final = "small"
CUT_OFF: Final = "cut_off"
BETWEEN: Final = "between"
LARGE_BUILDING: Final = "large_building"
REFUTED: Final = "refuted"
NOT_FOUND: Final = "not_found"
ONE_MORE: Final = "one_more"

_WORDINGS: Final = {
    SMALL: gettext_noop(
        "共%(households)s户，不足%(least)s户，整村（社区）设一个网格；可与邻村商议合管，但网格不跨村"
    ),
    CUT_OFF: gettext_noop(
        "被“%(lines)s”隔开的一片有%(households)s户，%(between)s；也可以跨线与另一侧合并"
    ),
    BETWEEN: gettext_noop(
        "共%(households)s户：设%(few)s个网格则平均%(few_each)s户，设%(many)s个则平均%(many_each)s户，"
        "都不在%(least)s至%(most)s户之内；这里取%(grids)s个"
    ),
    LARGE_BUILDING: gettext_noop(
        "楼栋“%(building)s”一栋就有%(households)s户，超过%(most)s户；楼栋不拆开，可按单元另行划分"
    ),
    REFUTED: gettext_noop(
        "%(households)s户分成%(grids)s个网格，受楼栋大小和相连关系所限，已证明不可能都在"
        "%(least)s至%(most)s户之内"
    ),
    NOT_FOUND: gettext_noop(
        "%(households)s户分成%(grids)s个网格，没有找到都在%(least)s至%(most)s户之内的办法；"
        "可换一个种子再算，或多设一个网格"
    ),
    ONE_MORE: gettext_noop("最少应为%(fewest)s个网格，%(why)s，所以设%(grids)s个"),
}


@dataclass(frozen=True)
class Reason:
    """A reason: its code, and the sentence."""

    code: str
    told: str


def between(households: int, rule: Range, grids: int) -> str:
    """Tell that no whole number of grids fits."""
    few = max(1, households // rule.least)
    return _told(
        BETWEEN,
        households=households,
        least=rule.least,
        most=rule.most,
        few=few,
        few_each=round(households / few),
        many=few + 1,
        many_each=round(households / (few + 1)),
        grids=grids,
    )


def why(
    community: Community,
    rows: Ints,
    loads: Ints,
    wanted: Count,
    rule: Range,
    *,
    refuted: bool = False,
) -> Reason | None:
    """Return why grids of ``loads`` are out of range, None if all are in it.

    Args:
        community: that is divided.
        rows: (p) buildings of the part.
        loads: (k) households of its grids.
        wanted: what was asked of the search.
        rule: the range.
        refuted: whether it is proven that they cannot all be in range.
    """
    if ((loads >= rule.least) & (loads <= rule.most)).all():
        return None
    households = int(loads.sum())
    whole = len(rows) == len(community.ids)
    if not wanted.fits:
        if households < rule.least:
            return Reason(SMALL, _told(SMALL, households=households, least=rule.least))
        words = between(households, rule, len(loads))
        if whole:
            return Reason(BETWEEN, words)
        return Reason(CUT_OFF, _cut_off(community, households, words))
    heavy = rows[int(community.households[rows].argmax())]
    if community.households[heavy] > rule.most:
        given = {"building": community.ids[heavy], "households": int(community.households[heavy])}
        return Reason(LARGE_BUILDING, _told(LARGE_BUILDING, most=rule.most, **given))
    code = REFUTED if refuted else NOT_FOUND
    given = {"households": households, "grids": len(loads), "least": rule.least, "most": rule.most}
    return Reason(code, _told(code, **given))


def one_more(fewest: int, grids: int, *, refuted: bool) -> Reason:
    """Tell that one grid more was taken than the households alone would need."""
    proven = "已证明不可能都在范围内" if refuted else "没有找到都在范围内的办法"
    return Reason(ONE_MORE, _told(ONE_MORE, fewest=fewest, why=proven, grids=grids))


def _cut_off(community: Community, households: int, words: str) -> str:
    lines = "、".join(line.name or line.id for line in community.lines if line.hard)
    return _told(CUT_OFF, lines=lines, households=households, between=words)


def _told(code: str, **given: object) -> str:
    return _WORDINGS[code] % given
