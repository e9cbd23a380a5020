"""The doors to persons, accounts and posts: each checks, writes, and tells the journal, in one.

What is held about somebody is opened, agreed to, corrected and erased here and nowhere else.
"""

from guapeng.kernel.people.actions.accounts import (
    close_account,
    end_post,
    end_stand_in,
    give_post,
    is_colleague,
    open_account,
    renew_sign_in,
    stand_in,
)
from guapeng.kernel.people.actions.beginning import appoint_first
from guapeng.kernel.people.actions.consenting import give_consent, withdraw_consent
from guapeng.kernel.people.actions.households import (
    Dwelling,
    enter_households,
    forget_households,
    move_in,
)
from guapeng.kernel.people.actions.looking import hand_over, look_up, may_look
from guapeng.kernel.people.actions.policy import set_policy
from guapeng.kernel.people.actions.records import correct, enrol, erase, tell_copied
from guapeng.kernel.people.actions.sealing import seal_anew

__all__ = [
    "Dwelling",
    "appoint_first",
    "close_account",
    "correct",
    "end_post",
    "end_stand_in",
    "enrol",
    "enter_households",
    "erase",
    "forget_households",
    "give_consent",
    "give_post",
    "hand_over",
    "is_colleague",
    "look_up",
    "may_look",
    "move_in",
    "open_account",
    "renew_sign_in",
    "seal_anew",
    "set_policy",
    "stand_in",
    "tell_copied",
    "withdraw_consent",
]
