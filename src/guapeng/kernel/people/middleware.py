"""Every request acts for somebody, and the database is told for whom."""

from collections.abc import Callable
from dataclasses import replace

from django.db import InterfaceError, OperationalError, connection
from django.http import HttpRequest, HttpResponse

from guapeng.kernel.people import askers, scope
from guapeng.kernel.people.actors import Actor, actor_at_hand
from guapeng.kernel.people.models import at_hand


class ActorMiddleware:
    """Sets ``request.actor`` and the connection's scope, and clears the scope afterwards."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request in the scope of whoever sent it."""
        try:
            _enter(request)
        except (OperationalError, InterfaceError):  # the database was restarted since
            connection.close()
            _enter(request)
        try:
            return self.get_response(request)
        finally:
            scope.leave()


def _enter(request: HttpRequest) -> None:
    """Find out who asks; the first question of every request, so it finds a dead connection too.

    Django's own health check would ask one more each time. Of a visitor nothing had to be asked.
    """
    found = _actor(request)
    request.actor = found  # type: ignore[attr-defined]
    if found.person_id is None:
        scope.enter(found)
    else:
        scope.enter_at_need(found)


def _actor(request: HttpRequest) -> Actor:
    carried = askers.carried(request)  # reads the session, and with it whose it is
    with at_hand(getattr(request.session, "account", None)):
        if not request.user.is_authenticated:
            return Actor(carried=carried)
    return replace(actor_at_hand(request.user), carried=carried)


def actor(request: HttpRequest) -> Actor:
    """Return who acts in this request."""
    found: Actor = request.actor  # type: ignore[attr-defined]  # set above
    return found
