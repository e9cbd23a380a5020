"""Every request acts for somebody, and the database is told for whom."""

from collections.abc import Callable
from dataclasses import replace

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from guapeng.kernel.people import askers, scope
from guapeng.kernel.people.actors import Actor, actor_of


class ActorMiddleware:
    """Sets ``request.actor`` and the connection's scope, and clears the scope afterwards."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request in the scope of whoever sent it."""
        request.actor = _actor(request)  # type: ignore[attr-defined]
        scope.enter(request.actor)  # type: ignore[attr-defined]
        try:
            return self.get_response(request)
        finally:
            scope.leave()


def _actor(request: HttpRequest) -> Actor:
    carried = askers.carried(request)
    if not request.user.is_authenticated:
        return Actor(carried=carried)
    return replace(actor_of(request.user, on=timezone.localdate()), carried=carried)


def actor(request: HttpRequest) -> Actor:
    """Return who acts in this request."""
    found: Actor = request.actor  # type: ignore[attr-defined]  # set above
    return found
