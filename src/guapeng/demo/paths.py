"""The ways that matters of the demo go, leg by leg, and how long each leg takes.

A leg is a step with what is answered in it: ``grant`` and ``deny`` are both the step
``decide_extension``. A path is the legs one after the other; a story that reaches the demo's
present stops where it is, which leaves matters standing wherever matters can stand.
"""

from typing import Final, Literal, NamedTuple

Pace = Literal["office", "awake", "any"]


class Leg(NamedTuple):
    """A step, how many hours after the one before it is taken, and when in the day."""

    step: str
    least: float
    most: float
    pace: Pace = "office"


LEGS: Final = {
    "settle": Leg("settle", 0.3, 4, "awake"),
    "dispatch": Leg("dispatch", 0.05, 1.2, "any"),
    "send_back": Leg("send_back", 0.3, 1.8, "any"),
    "merge": Leg("merge", 0.1, 1.5, "any"),
    "hand_over": Leg("hand_over", 2, 20),
    "sign_in": Leg("sign_in", 0.2, 6),
    "object": Leg("object", 0.5, 5),
    "refuse": Leg("rule_on", 1, 7),
    "uphold": Leg("rule_on", 1, 7),
    "contact": Leg("contact", 0.3, 9),
    "part_done": Leg("part_done", 5, 40),
    "ask_time": Leg("ask_extension", 20, 50),
    "grant": Leg("decide_extension", 1, 7),
    "deny": Leg("decide_extension", 1, 7),
    "result": Leg("give_result", 12, 84),
    "confirm": Leg("verify", 2, 26),
    "refute": Leg("verify", 2, 26),
    "praise": Leg("judge", 0.5, 50, "awake"),
    "grumble": Leg("judge", 0.5, 50, "awake"),
    "reject": Leg("judge", 0.5, 40, "awake"),
    "phone": Leg("follow_up", 24, 44),
    "lapse": Leg("lapse", 264, 264, "any"),
    "again": Leg("conclude", 8, 50),
    "explain": Leg("conclude", 8, 50),
    "reopen": Leg("reopen", 24, 200, "awake"),
    "withdraw": Leg("withdraw", 1, 20, "awake"),
    "review": Leg("review", 0.3, 5),
    "decline": Leg("review", 0.3, 5),
    "report_in": Leg("report_in", 0.2, 7),
    "objecting": Leg("object", 0.5, 4),
    "keep": Leg("rule_on", 1, 6),
    "release": Leg("rule_on", 1, 6),
    "plan": Leg("agree_plan", 1, 9),
    "part": Leg("part_done", 5, 30),
    "outcome": Leg("give_result", 20, 60),
    "rate_unit": Leg("rate_unit", 1, 10),
    "rate_resident": Leg("rate_resident", 1, 20, "awake"),
    "solved": Leg("rate", 3, 30),
    "unsolved": Leg("rate", 3, 30),
    "make_sure": Leg("confirm", 1, 8),
    "doubt": Leg("confirm", 1, 8),
    "answer": Leg("answer", 6, 60),
    "thanks": Leg("judge", 0.5, 30, "awake"),
    "drop": Leg("withdraw", 1, 20, "awake"),
}

_HANDLED: Final = "dispatch sign_in contact result confirm"
_AGAIN: Final = "contact result confirm"

CONCERNS: Final[dict[str, int]] = {
    f"{_HANDLED} praise": 30,
    f"{_HANDLED} grumble": 5,
    f"{_HANDLED} phone": 8,
    f"{_HANDLED} lapse": 5,
    "dispatch sign_in contact part_done result confirm praise": 10,
    "settle": 14,
    "send_back": 4,
    "withdraw": 2,
    "dispatch sign_in withdraw": 1,
    f"dispatch object refuse sign_in {_AGAIN} praise": 3,
    f"dispatch object uphold {_HANDLED} praise": 4,
    "dispatch sign_in contact ask_time grant result confirm praise": 4,
    "dispatch sign_in contact ask_time deny result confirm praise": 1,
    "dispatch sign_in contact result refute result confirm praise": 3,
    f"{_HANDLED} reject {_AGAIN} praise": 4,
    f"{_HANDLED} reject result confirm reject result confirm reject again result confirm praise": 1,
    f"{_HANDLED} reject result confirm reject result confirm reject explain": 1,
    f"{_HANDLED} praise reopen {_HANDLED} praise": 2,
}
"""Paths of concerns, each with how many of a hundred go it."""

PETITION: Final = "hand_over"
"""The path of a petition matter, which is never processed here."""

STANDING_CONCERNS: Final = (
    "",
    "",
    "",
    "dispatch",
    "dispatch",
    "dispatch object",
    "dispatch object",
    "dispatch object refuse",
    "dispatch sign_in",
    "dispatch sign_in contact",
    "dispatch sign_in contact",
    "dispatch sign_in contact part_done",
    "dispatch sign_in contact ask_time",
    "dispatch sign_in contact ask_time",
    "dispatch sign_in contact ask_time grant",
    "dispatch sign_in contact result",
    "dispatch sign_in contact result",
    _HANDLED,
    _HANDLED,
    f"{_HANDLED} reject",
    f"{_HANDLED} reject result confirm reject result confirm reject",
    f"{_HANDLED} praise reopen",
    "settle",
    "send_back",
    "withdraw",
    PETITION,
)
"""Where concerns surely stand at the end: each path is gone to its end and no further."""

_GATHER: Final = "report_in report_in report_in report_in"
_DONE: Final = "plan part outcome rate_unit rate_resident"

WHISTLES: Final[dict[str, int]] = {
    f"review {_GATHER} {_DONE} solved": 60,
    f"review report_in objecting keep {_GATHER} {_DONE} solved": 10,
    f"review report_in objecting release {_GATHER} {_DONE} solved": 8,
    f"review {_GATHER} {_DONE} unsolved {_GATHER} {_DONE} solved": 14,
    "decline": 8,
}
"""Paths of whistles; an emergency needs no review, and ``report_in`` is for whoever is missing."""

STANDING_WHISTLES: Final = (
    "",
    "review",
    "review report_in",
    "review report_in objecting",
    f"review {_GATHER}",
    f"review {_GATHER} plan",
    f"review {_GATHER} {_DONE}",
    f"review {_GATHER} {_DONE} unsolved",
    f"review {_GATHER} {_DONE} unsolved report_in",
    "decline",
)

NOBODY_LEFT: Final = "review objecting release"
"""The path of a call of one unit, whose objection is upheld."""

RIGHTS: Final = (
    "",
    "answer",
    "answer thanks",
    "answer lapse",
    "drop",
)
"""Where requests about one's own data stand that were made by telephone or computer."""

RIGHTS_AT_COUNTER: Final = (
    "",
    "make_sure",
    "make_sure answer thanks",
    "doubt",
)
"""The same at the counter, where somebody makes sure first who asks."""
