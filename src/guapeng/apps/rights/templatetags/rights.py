"""How a request is shown on its matter's page."""

from django import template
from django.http import HttpRequest
from django.utils.timezone import localdate

from guapeng.apps.rights.forms import Wanted
from guapeng.apps.rights.models import DataRequest
from guapeng.kernel.people.errors import named
from guapeng.kernel.people.middleware import actor
from guapeng.kernel.people.models import Field
from guapeng.kernel.people.sealed import unseal
from guapeng.kernel.rules import queries as rules

register = template.Library()


@register.filter
def fields_in_words(case: DataRequest) -> str:
    """Return the fields of a request: ``姓名、联系方式``."""
    return named(map(Field, case.fields))


@register.filter
def wanted_in_words(case: DataRequest, request: HttpRequest) -> str:
    """Return what should stand there: whole to those who decide and to the person, else masked."""
    wanted = Wanted(Field(case.fields[0]), unseal(bytes(case.wanted_sealed or b"")))
    who = actor(request)
    is_whole = who.person_id == case.person_id or who.holds("privacy_officer")
    return wanted.value if is_whole else str(wanted)


@register.filter
def may_hand_over(case: DataRequest, request: HttpRequest) -> bool:
    """Tell whether who reads this hands over the copy that was granted."""
    is_copy = case.kind in (DataRequest.Kind.VIEW, DataRequest.Kind.COPY)
    return is_copy and bool(case.granted) and actor(request).holds("privacy_officer")


@register.simple_tag
def remedy() -> str:
    """Return where to turn to who does not agree: the rule ``rights.remedy``."""
    rule = rules.in_force("rights.remedy", on=localdate())
    return f"{rule.value['says']}（{rule.source}）"
