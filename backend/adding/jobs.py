"""Checking a draft, and importing exactly what was checked. Done in the background: an extract of a county takes a minute."""

from __future__ import annotations

import fcntl
import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from celery.exceptions import SoftTimeLimitExceeded
from django.db import IntegrityError

from backend import wiring
from backend.adding.adding import add
from backend.adding.drafts import Draft, drafts_dir
from bookings.actions.add_service import BadTerms, Terms
from bookings.files import BadFile

log = logging.getLogger(__name__)

OTHERS = "the service, or what was handed in, has changed since the check: check again"
TOO_LONG = "it took too long here: run `manage.py add_service` on the server, which takes as long as it needs"
AT_ONCE = "somebody else has added the same at this moment: check again"


def run(draft: Draft, job: str) -> None:
    """Do the job that a draft waits for. Delivered twice, or late, it does nothing."""
    asked = draft.job
    if asked is None or asked["id"] != job:
        return
    kind = asked["kind"]
    outcome: dict[str, Any] = {"error": {"field": "", "text": "it failed, and the log of the server says why"}}
    try:
        outcome = _done(draft, kind, asked["print"])
    except BadFile as error:
        outcome = {"error": {"field": _field(draft, error), "text": f"{error.file.name}, {error.where}: {error.remedy}"}}
    except BadTerms as error:
        named = re.search(r"--(\w+)", str(error))
        outcome = {"error": {"field": named[1] if named else "slug", "text": str(error)}}
    except (wiring.NoRoads, OSError) as error:
        log.warning("adding a service: %s", error)
        outcome = {"error": {"field": "roads", "text": f"they can't be kept ({getattr(error, 'strerror', None) or 'no roads'})"}}
    except IntegrityError:
        outcome = {"error": {"field": "", "text": AT_ONCE}}
    except SoftTimeLimitExceeded:
        outcome = {"error": {"field": "roads", "text": TOO_LONG}}
    finally:
        draft.end({"kind": kind, **outcome})


def _done(draft: Draft, kind: str, checked: str) -> dict[str, Any]:
    answers, rules = draft.answers, draft.files("rules")
    named: dict[str, Any] = {key: answers.get(key) or None for key in ("name", "operator", "phone", "zone")}
    meant: dict[str, Any] = {key: bool(answers.get(key)) for key in ("accept_losses", "change_shared")}
    terms = Terms(answers["slug"], **named, **meant, rules=rules[0] if rules else None)
    with _alone(terms.slug):
        found = draft.fingerprint()
        if kind == "import" and found != checked:
            return {"error": {"field": "", "text": OTHERS}}
        report = add(terms, draft.sources(), say=draft.say, dry_run=kind == "check")
    return {"report": report.as_dict(), "print": found}


@contextmanager
def _alone(slug: str) -> Iterator[None]:
    """One at a time for a service, among all workers that share the folder: the second finds what the first has changed."""
    with (drafts_dir() / f"{slug}.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _field(draft: Draft, error: BadFile) -> str:
    """The field in which a bad file was handed in; the roads may lie elsewhere, the usual rules are nobody's."""
    if error.file in draft.files("roads"):
        return "roads"
    within = error.file.is_relative_to(draft.folder)
    return error.file.relative_to(draft.folder).parts[0] if within else ""
