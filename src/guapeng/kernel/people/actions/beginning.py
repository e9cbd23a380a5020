"""The first system administrator of an instance, whom nobody could let in."""

import datetime as dt

from django.db import transaction
from django.utils.timezone import localdate

from guapeng.kernel.divisions.models import Division, Level
from guapeng.kernel.people.actions.accounts import give_post, open_account, renew_sign_in
from guapeng.kernel.people.actions.records import enrol
from guapeng.kernel.people.actors import Actor, HeldPost
from guapeng.kernel.people.errors import BegunBefore, NoCounty
from guapeng.kernel.people.models import Post

_ROLE = "system_admin"


@transaction.atomic
def appoint_first(*, at: dt.datetime, name: str, username: str) -> str:
    """Let the first system administrator in; return the end of the invitation's address.

    Raises:
        BegunBefore: there is one, who lets all others in.
        NoCounty: no county is imported yet.
    """
    today = localdate(at)
    if Post.objects.filter(role=_ROLE, valid__contains=today).exists():
        raise BegunBefore
    counties = Division.objects.filter(level=Level.COUNTY, valid__contains=today)
    county = counties.order_by("pk").first()
    if county is None:
        raise NoCounty
    post = HeldPost(role=_ROLE, division_id=county.pk, lineage=tuple(county.lineage))
    by = Actor(posts=(post,), system=True)
    person = enrol(at=at, name=name)
    account = open_account(person, by=by, at=at, username=username)
    give_post(person, by=by, at=at, role=_ROLE, division=county, since=today)
    return renew_sign_in(account, by=by, at=at)
