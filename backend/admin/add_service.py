"""The pages on which a service is added or brought up to date, step by step."""

from __future__ import annotations

from itertools import groupby
from pathlib import Path
from typing import Any

from django import forms
from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods
from kombu.exceptions import OperationalError

from backend.adding.drafts import Busy, Draft, draft_of, sweep
from backend.adding.report_lines import lines
from backend.admin.steps import READERS, STEPS, TEMPLATES, in_words, step_of
from backend.tasks import add_service
from bookings.files import BadFile
from bookings.models import Service

CHECK = "admin:add-service-check"
WAIT_S = 2
"""After so long the page of a running job is loaded again."""


@require_http_methods(["GET"])
def begin(request: HttpRequest) -> HttpResponse:
    """To where one was: the first step, a later one, or the check."""
    sweep()
    draft = _draft(request)
    slug = request.GET.get("service", "")
    if slug and not draft.job and Service.objects.filter(slug=slug).exists():
        if _imported(draft):
            draft.drop()  # nothing but its report was left
        return HttpResponseRedirect(f"{reverse('admin:add-service-step', args=['called'])}?service={slug}")
    if draft.job or draft.outcome:
        return redirect(CHECK)
    todo = next((step for step in STEPS if _missing(draft, step)), None)
    return redirect("admin:add-service-step", todo) if todo else redirect(CHECK)


@require_http_methods(["GET", "POST"])
def step(request: HttpRequest, name: str) -> HttpResponse:
    """One step: what is typed and handed in is kept until the import, or for a day."""
    if name not in STEPS:
        raise Http404
    draft = _draft(request)
    outcome = draft.outcome or {}
    if draft.job or _imported(draft):
        return redirect(CHECK)
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = STEPS[name](*sent, initial={**draft.answers, **_initial(request)})
    if sent and form.is_valid() and _taken(form, draft, set(request.POST.getlist("drop"))):
        later = list(STEPS)[list(STEPS).index(name) + 1 :]
        return redirect("admin:add-service-step", later[0]) if later else redirect(CHECK)
    error = outcome.get("error")
    if error and request.method == "GET":
        error = error if error["field"] and step_of(error["field"]) == name else None
        form.told = {error["field"]: in_words(error["text"])} if error else {}
    given = {field: [path.name for path in draft.files(field)] for field in form.fields if field != "known"}
    context = {"form": form, "rows": _rows(form, given), "step": name, "title": f"Add a service: {form.title.lower()}"}
    return render(request, "drover_admin/step.html", {**_frame(request, draft), **context})


@require_http_methods(["GET"])
def template(request: HttpRequest, name: str) -> FileResponse:
    """A file to begin with, for a field that takes such."""
    if name not in TEMPLATES:
        raise Http404
    return FileResponse(TEMPLATES[name].open("rb"), as_attachment=True, filename=TEMPLATES[name].name)


@require_http_methods(["GET", "POST"])
def check(request: HttpRequest) -> HttpResponse:
    """What was handed in, the check of it with its report, and the import of exactly that."""
    draft = _draft(request)
    if request.method == "POST":
        _act(request, draft)
        return redirect(CHECK) if draft.job or draft.outcome or draft.answers else redirect("admin:add-service")
    outcome, job = draft.outcome or {}, draft.job
    missing = [] if _imported(draft) else [step for step in STEPS if _missing(draft, step)]
    if not (job or outcome) and "called" in missing:
        return redirect("admin:add-service-step", "called")
    error = outcome.get("error")
    context = {
        "title": "Add a service: check and import",
        "job": job,
        "progress": draft.progress if job else [],
        "missing": [(step, STEPS[step].title) for step in missing],
        "given": [(field, [path.name for path in draft.files(field)]) for field in READERS],
        "outcome": outcome,
        "error": error and {"step": step_of(error["field"]) if error["field"] else "", "text": in_words(error["text"])},
        "report": _report(outcome),
        "service": Service.objects.filter(slug=outcome.get("report", {}).get("service")).first(),
    }
    response = render(request, "drover_admin/check.html", {**_frame(request, draft), **context})
    if job:
        response.headers["Refresh"] = str(WAIT_S)
    return response


def _act(request: HttpRequest, draft: Draft) -> None:
    """Check, import, or forget everything; of what was pressed twice, one is done."""
    action, outcome = request.POST.get("action"), draft.outcome or {}
    try:
        if action == "discard":
            draft.drop()
        elif action == "check" and not any(_missing(draft, step) for step in STEPS):
            _queue(request, draft, draft.begin("check"))
        elif action == "import" and outcome.get("kind") == "check" and outcome.get("print") == request.POST.get("print"):
            _queue(request, draft, draft.begin("import", outcome["print"]))
        else:
            messages.error(request, "That has changed since this page was loaded: look at it again.")
    except Busy:
        messages.warning(request, "That is being done already.")


def _queue(request: HttpRequest, draft: Draft, job: str) -> None:
    try:
        add_service.apply_async((draft.folder.name, job))
    except OperationalError:
        draft.call_off()
        messages.error(request, "The queue for background work can't be reached: start Redis, and try again.")


def _imported(draft: Draft) -> bool:
    outcome = draft.outcome or {}
    return outcome.get("kind") == "import" and "report" in outcome


def _draft(request: HttpRequest) -> Draft:
    if not request.session.session_key:
        request.session.save()
    return draft_of(request.user.pk or 0, str(request.session.session_key))


def _initial(request: HttpRequest) -> dict[str, str]:
    service = Service.objects.select_related("operator").filter(slug=request.GET.get("service", "")).first()
    if service is None:
        return {}
    operator = service.operator
    return {
        "slug": service.slug, "name": service.name, "operator": operator.name, "phone": operator.phone, "zone": service.zone
    }  # fmt: skip


def _missing(draft: Draft, step: str) -> bool:
    """Whether a step lacks what can't be left out."""
    if step == "called":
        return not draft.answers.get("slug")
    if step == "fleet":
        known = Service.objects.filter(slug=draft.answers.get("slug", "")).exists()
        return not known and not draft.files("fleet")
    return step in ("roads", "area") and not draft.files(step)


def _done(draft: Draft, step: str) -> bool:
    """Whether somebody has been at a step, and nothing lacks."""
    given = step == "called" or any(draft.files(field) for field in STEPS[step].base_fields)
    return given and not _missing(draft, step)


def _taken(form: forms.Form, draft: Draft, dropped: set[str]) -> bool:
    """Keep a valid step, unless its files can't be read: these errors are told by the form."""
    files = {name: uploads for name, uploads in form.cleaned_data.items() if isinstance(uploads, list) and uploads}
    answers = {name: value for name, value in form.cleaned_data.items() if not isinstance(value, list)}
    instead = [name.removesuffix("_of_extract") for name in answers if name.endswith("_of_extract") and answers[name]]
    dropped = dropped | {*instead}
    if answers.get("known") or files.get("roads"):
        dropped = dropped | {"roads"}
    elif "known" in answers and draft.files("roads"):
        answers = {}  # neither a file nor a choice: as it was
    staged: dict[str, Path] = {}
    for name, uploads in files.items():
        staged[name] = draft.stage(uploads)
        if problem := _unreadable(name, staged[name]):
            form.add_error(name, problem)
    if not form.errors:
        try:
            draft.accept(answers, staged, dropped & set(form.fields))
            return True
        except Busy:
            form.add_error(None, "What was handed in before is being checked or imported: wait for it.")
    draft.forget_staged(staged.values())
    return False


def _unreadable(name: str, folder: Path) -> str:
    paths = tuple(sorted(folder.glob("*/*")))
    try:
        if name in READERS:
            READERS[name](paths)
    except BadFile as error:
        return in_words(f"{error.file.name}, {error.where}: {error.remedy}")
    return ""


def _rows(form: forms.Form, given: dict[str, list[str]]) -> list[dict[str, Any]]:
    """The fields with what was handed in before, and what the check told of them."""
    told = getattr(form, "told", {})
    optional = {"stops", "postcodes", "rules", "fleet"}
    return [
        {
            "field": field,
            "given": given.get(field.name, []) if isinstance(field.field, forms.FileField) else [],
            "may_drop": field.name in optional,
            "told": told.get(field.name),
            "template": TEMPLATES[field.name].name if field.name in TEMPLATES else "",
        }
        for field in form
    ]


def _report(outcome: dict[str, Any]) -> list[tuple[str, list[str]]]:
    """The lines that the command prints, by their headings."""
    if "report" not in outcome:
        return []
    rows = [line for line in lines(outcome["report"]) if line][1:]
    heading, found = "", []
    for row in rows:
        heading = row[:11].strip() or heading
        found.append((heading, in_words(row[11:])))
    return [(heading, [text for _, text in group]) for heading, group in groupby(found, key=lambda each: each[0])]


def _frame(request: HttpRequest, draft: Draft) -> dict[str, Any]:
    from backend.admin.site import site

    steps = [(name, form.title, _done(draft, name)) for name, form in STEPS.items()]
    return {**site.each_context(request), "steps": steps, "slug": draft.answers.get("slug", "")}
