"""Questions of the editor, loaded when the first one comes: the engine is slow to load."""

from importlib import import_module
from typing import Any

from django.http import HttpRequest, HttpResponse

_MODULES = {"export": "guapeng.apps.grids.plans.exports"}


def question(request: HttpRequest, name: str, **given: Any) -> HttpResponse:
    """Answer by the view ``name`` of ``plans.questions``, or of the module that has it."""
    module = import_module(_MODULES.get(name, "guapeng.apps.grids.plans.questions"))
    answer: HttpResponse = getattr(module, name)(request, **given)
    return answer
