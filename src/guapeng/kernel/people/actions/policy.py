"""The rules of signing in, set by the security administrator and by nobody else."""

import datetime as dt
from collections.abc import Mapping
from typing import Final

from django.core.cache import cache
from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from guapeng.kernel.journal import actions as journal
from guapeng.kernel.people.actors import Actor
from guapeng.kernel.people.errors import NotYourPolicy
from guapeng.kernel.rules.models import Rule
from guapeng.kernel.rules.queries import in_force

POLICIES: Final = (
    "people.second_factor",
    "people.password",
    "people.sign_in_lock",
    "people.sign_up",
)


@transaction.atomic
def set_policy(
    key: str, *, by: Actor, at: dt.datetime, value: Mapping[str, int | bool], source: str
) -> Rule:
    """Let ``value`` hold from today; what held until then stays as a row of its own.

    Args:
        key: one of ``POLICIES``.
        by: who holds the post of the security administrator.
        at: when.
        value: the rule's numbers, all of them.
        source: by which text or decision.

    Raises:
        NotYourPolicy: ``by`` sets no policy, or the rule is none.
    """
    post = next((post for post in by.posts if post.kind.may("policy", "configuration")), None)
    if post is None or key not in POLICIES:
        raise NotYourPolicy
    today = localdate(at)
    rule = Rule.objects.select_for_update().get(pk=in_force(key, on=today).pk)
    rule = _from_today(rule, today)
    rule.value, rule.source, rule.confidence = dict(value), source, Rule.Confidence.HIGH
    rule.confirmed_by, rule.confirmed_at = by.person_id, at
    rule.save()
    transaction.on_commit(cache.clear)  # other processes follow within the time rules are kept
    told = journal.Told(
        event="people.set_policy",
        subject=f"rule:{key}",
        at=at,
        actor=by.person_id,
        acting_as=post.key,
        says=_("修改登录规则：%(key)s") % {"key": key},
        data=dict(value),
    )
    journal.write(told)
    return rule


def _from_today(rule: Rule, today: dt.date) -> Rule:
    """End ``rule`` yesterday and return a fresh row; one of today is changed as it stands."""
    if rule.valid.lower == today:
        return rule
    until, rule.valid = rule.valid.upper, DateRange(rule.valid.lower, today)
    rule.save(update_fields=["valid"])
    return Rule(key=rule.key, valid=DateRange(today, until))
