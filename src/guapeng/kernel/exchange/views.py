"""The pages of an import: a file, its columns, how far it is, what came of it."""

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any, Concatenate, Final, ParamSpec
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from guapeng.kernel.exchange import intake, runs
from guapeng.kernel.exchange import running as kinds
from guapeng.kernel.exchange.columns import Columns
from guapeng.kernel.exchange.forms import ColumnsForm, UploadForm, WordsForm
from guapeng.kernel.exchange.intake import Intake
from guapeng.kernel.exchange.models import Run
from guapeng.kernel.exchange.running import Importer, Ready, Refusal
from guapeng.kernel.people.middleware import actor
from guapeng.plain.unfit import Unfit
from guapeng.web import words as web_words
from guapeng.web.answers import page, sent

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, Importer, P], HttpResponseBase]

_MOST_RUNS: Final = 20
_STAGES: Final = {
    "settling": (gettext_lazy("待确认各列"), "waiting"),
    "waiting": (gettext_lazy("排队中"), "going"),
    "running": (gettext_lazy("导入中"), "going"),
    "cut": (gettext_lazy("中断，会自动接着来"), "waiting"),
    "failed": (gettext_lazy("没有完成"), "overdue"),
    "done": (gettext_lazy("已完成"), "done"),
}


_HEAD: Final = (
    (gettext_lazy("文件"), ""),
    (gettext_lazy("上传时间"), ""),
    (gettext_lazy("进度"), ""),
    (gettext_lazy("新收"), "yes"),
    (gettext_lazy("已有"), "yes"),
    (gettext_lazy("退回"), "yes"),
)


def for_importers(view: View[P]) -> Callable[..., HttpResponseBase]:
    """Give the view the kind of import that the address names, for those whose post imports."""

    @login_required
    @wraps(view)
    def answer(
        request: HttpRequest, importer: str, *args: P.args, **kwargs: P.kwargs
    ) -> HttpResponseBase:
        try:
            kind = kinds.importer(importer)
        except KeyError:
            raise Http404 from None
        if not kind.posts(actor(request)):
            raise PermissionDenied
        return view(request, kind, *args, **kwargs)

    return answer


def imports_lists(request: HttpRequest) -> bool:
    """Tell whether whoever asks has a post that takes in lists."""
    return bool(kinds.open_to(actor(request)))


@require_GET
@login_required
def first(request: HttpRequest) -> HttpResponse:
    """The kind of import that the navigation leads to."""
    found = kinds.open_to(actor(request))
    if not found:
        raise PermissionDenied
    return redirect("exchange:imports", importer=found[0].key)


@require_http_methods(["GET", "POST"])
@for_importers
def imports(request: HttpRequest, kind: Importer) -> HttpResponse:
    """Where a file is uploaded, and the actor's own imports until now."""
    now, by = timezone.now(), actor(request)
    posts = kind.posts(by)
    form = UploadForm(sent(request), request.FILES or None, posts=posts, on=timezone.localdate(now))
    if form.is_valid():
        given = form.cleaned_data
        file = given["file"]
        try:
            run = runs.receive(
                kind, file.chunks(), name=file.name,
                source=given["source"], division=given["division"], by=by, at=now,
            )  # fmt: skip
            return redirect("exchange:run", importer=kind.key, uid=run.pk)
        except Unfit as fault:
            form.add_error("file", _(fault.wording) % fault.given)
    told = {
        "title": _("导入%(label)s") % {"label": kind.label},
        "form": form,
        "kind": kind,
        "head": [{"label": label, "end": end} for label, end in _HEAD],
        "rows": [_row(one, at=now) for one in runs.runs_of(by, kind)[:_MOST_RUNS]],
    }
    return page(request, "exchange/imports.html", told, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@for_importers
def run(request: HttpRequest, kind: Importer, uid: UUID) -> HttpResponse:
    """One import: its columns until they are settled, then how far it is, then what came of it."""
    found, now = _own(request, kind, uid), timezone.now()
    if runs.stage(found, at=now) == "settling":
        return _settling(request, kind, found, at=now)
    return page(request, "exchange/run.html", _progress(kind, found, at=now), part="progress")


@require_http_methods(["GET", "POST"])
@for_importers
def words(request: HttpRequest, kind: Importer, uid: UUID) -> HttpResponse:
    """What the source's own words mean, once its columns are settled; then the import begins."""
    found, now = _own(request, kind, uid), timezone.now()
    if runs.stage(found, at=now) != "settling" or not found.columns:
        return redirect("exchange:run", importer=kind.key, uid=uid)
    with _opened(kind, found, at=now) as one:
        form = WordsForm(sent(request), intake=one)
        if form.is_valid():
            runs.begin(found, columns=found.columns, labels=form.labels(), at=now)
            return redirect("exchange:run", importer=kind.key, uid=uid)
        told = {"title": _("原系统的词是什么意思"), "run": found, "form": form}
        return page(request, "exchange/words.html", told, status=422 if form.errors else 200)


@require_POST
@for_importers
def drop(request: HttpRequest, kind: Importer, uid: UUID) -> HttpResponse:
    """Forget a file whose import has not begun."""
    runs.drop(_own(request, kind, uid))
    return redirect("exchange:imports", importer=kind.key)


@require_GET
@for_importers
def refused(request: HttpRequest, kind: Importer, uid: UUID) -> HttpResponseBase:
    """The refused rows as a workbook; the journal keeps that they were fetched."""
    found = _own(request, kind, uid)
    path = runs.refused_of(found)
    if not path.exists():
        raise Http404(_("退回的行已按规定删除，或没有退回的行"))
    runs.fetched(found, by=actor(request), at=timezone.now())
    name = _("退回的行-%(file)s.xlsx") % {"file": found.file_name.partition(".")[0]}
    answer = FileResponse(path.open("rb"), as_attachment=True, filename=name)
    answer["Cache-Control"] = "no-store"
    return answer


def _own(request: HttpRequest, kind: Importer, uid: UUID) -> Run:
    own = runs.runs_of(actor(request), kind).select_related("division")
    return get_object_or_404(own, pk=uid)


def _settling(request: HttpRequest, kind: Importer, found: Run, *, at: dt.datetime) -> HttpResponse:
    with _opened(kind, found, at=at) as one:
        return _settled(request, found, one, at=at)


@contextmanager
def _opened(kind: Importer, found: Run, *, at: dt.datetime) -> Iterator[Intake]:
    """Open the uploaded file, with its columns as far as they are settled.

    Raises:
        Http404: it was deleted, for it lay too long.
    """
    try:
        with intake.opened(
            kind, runs.upload_of(found), root=found.division, at=at, source=found.source,
            columns=found.columns,
        ) as one:  # fmt: skip
            yield one
    except FileNotFoundError:
        raise Http404(_("上传的文件已按规定删除，请重新上传")) from None


def _settled(request: HttpRequest, found: Run, one: Intake, *, at: dt.datetime) -> HttpResponse:
    """Show the columns and the first rows as they would be read; go on when told to."""
    form = ColumnsForm(sent(request), intake=one)
    if form.is_valid():
        one = one.with_columns(form.columns())
        if "look" not in request.POST:
            return _go_on(found, one, form.columns(), at=at)
    head, rows = _shown(one)
    told = {
        "title": _("各列是什么"),
        "run": found,
        "form": form,
        "at_most": found.at_most,
        "head": head,
        "rows": rows,
    }
    return page(request, "exchange/columns.html", told, status=422 if form.errors else 200)


def _go_on(found: Run, one: Intake, columns: Columns, *, at: dt.datetime) -> HttpResponse:
    """Ask for the words of the columns, if there are any to be asked for; else begin."""
    if one.words():
        runs.settle_columns(found, columns)
        return redirect("exchange:words", importer=found.importer, uid=found.pk)
    runs.begin(found, columns=columns, labels=one.labels, at=at)
    return redirect("exchange:run", importer=found.importer, uid=found.pk)


def _shown(one: Intake) -> tuple[list[dict[str, str]], list[list[str]]]:
    """Return headings and cells of the first rows, each as it would be taken or why not.

    What no row says has no column: a telephone has room for few.
    """
    told = [_told(row, one.importer) for row in _read(one)]
    names = list(dict.fromkeys(name for row in told for name, cell in row.items() if cell))
    names.sort(key=lambda name: name == _("退回的理由"))
    return [{"label": name} for name in names], [
        [row.get(name, "") for name in names] for row in told
    ]


def _told(row: Ready | Refusal, importer: Importer) -> dict[str, str]:
    number = {_("行号"): str(row.line.number)}
    if isinstance(row, Ready):
        return number | importer.describe(row.content)
    fault = row.misfit.fault
    return number | {_("退回的理由"): _(fault.wording) % fault.given}


def _read(one: Intake) -> list[Ready | Refusal]:
    try:
        return one.preview()
    except Unfit:  # the form says which column is missing
        return []


def _progress(kind: Importer, found: Run, *, at: dt.datetime) -> dict[str, Any]:
    where = runs.stage(found, at=at)
    label, tone = _STAGES[where]
    notes = [
        (str(told), found.notes[note]) for note, told in kind.notes.items() if note in found.notes
    ]
    return {
        "title": found.file_name,
        "kind": kind,
        "run": found,
        "stage": where,
        "label": label,
        "tone": tone,
        "moving": where in ("waiting", "running", "cut"),
        "most": max(found.at_most or 0, found.done) or 1,
        "notes": notes,
        "unknown": [
            (kind.label_of(field), list(count.items())) for field, count in found.unknown.items()
        ],
        "file": runs.refused_of(found).exists(),
    }


def _row(one: Run, *, at: dt.datetime) -> list[object]:
    label, _tone = _STAGES[runs.stage(one, at=at)]
    link = {"text": one.file_name, "href": _address(one)}
    counts = [one.new, one.known, one.refused]
    return [link, web_words.moment(one.uploaded_at, at=at), str(label), *counts]


def _address(one: Run) -> str:
    return reverse("exchange:run", kwargs={"importer": one.importer, "uid": one.pk})
