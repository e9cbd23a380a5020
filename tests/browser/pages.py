"""A page of the smallest kind, with everything that web promises about forms: for the tests."""

from typing import Final

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import include, path

from guapeng.web.answers import kept_offline, page, say

RECEIVED: Final[list[tuple[str, str]]] = []


class Report(forms.Form):
    """One sentence and a client-made id."""

    client_id = forms.CharField(widget=forms.HiddenInput({"data-id": True}))
    sentence = forms.CharField(label="一句话", max_length=20)


@kept_offline
def report(request: HttpRequest) -> HttpResponse:
    """Take a sentence; the same id twice is the same report."""
    form = Report(request.POST or None)
    if request.method == "GET" or not form.is_valid():
        context = {"title": "上报", "form": form}
        return page(request, "report.html", context, status=422 if form.errors else 200)
    given = form.cleaned_data["client_id"], form.cleaned_data["sentence"]
    if given not in RECEIVED:
        RECEIVED.append(given)
    say(request, "已收到", clears="report")
    return redirect("/thanks/")


def thanks(request: HttpRequest) -> HttpResponse:
    """Say so."""
    return page(request, "web/base.html", {"title": "谢谢"})


urlpatterns = [
    path("report/", report),
    path("thanks/", thanks),
    path("", include("guapeng.config.urls")),
]
