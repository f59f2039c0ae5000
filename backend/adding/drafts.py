"""What an administrator has handed in so far: a private folder for each person and session, gone after a day.

It holds what was typed (answers.json), the files under the names of their fields, what is being done (job.json, progress.txt) and
what came of it (outcome.json). It lies in settings.DATA_DIR, which web processes and workers share.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.text import get_valid_filename

from bookings.models import Service
from bookings.open_data.survey import Sources

ABANDONED_S = 24 * 3600
LOST_S = settings.CELERY_TASK_TIME_LIMIT + 60
"""No job takes so long: one that does has lost its worker."""
FILES = ("roads", "stops", "postcodes", "area", "fleet", "rules")


class Busy(RuntimeError):
    """Something is being done with the draft, so it can't be changed."""


def drafts_dir() -> Path:
    return Path(settings.DATA_DIR) / "drafts"


def draft_of(user: int, session: str) -> Draft:
    """The draft of a person in one session; others can't guess its folder."""
    return Draft(drafts_dir() / hashlib.sha256(f"{user}:{session}".encode()).hexdigest()[:32])


def sweep(now: float | None = None) -> int:
    """Remove what was abandoned; gives how many."""
    before = (now or time.time()) - ABANDONED_S
    old = [path for path in drafts_dir().glob("*") if path.is_dir() and path.stat().st_mtime < before]
    for path in old:
        shutil.rmtree(path, ignore_errors=True)
    return len(old)


@dataclass(frozen=True, slots=True)
class Draft:
    folder: Path

    @property
    def answers(self) -> dict[str, Any]:
        return self._read("answers") or {}

    @property
    def outcome(self) -> dict[str, Any] | None:
        """What came of the last job: {kind, print, report} or {kind, error: {field, text}}."""
        found: dict[str, Any] | None = self._read("outcome")
        return found

    @property
    def job(self) -> dict[str, Any] | None:
        """What is being done: {id, kind, print, at}; None for one that has lost its worker."""
        job = self._read("job")
        return job if job and time.time() - job["at"] < LOST_S else None

    @property
    def progress(self) -> list[str]:
        path = self.folder / "progress.txt"
        return path.read_text().splitlines() if path.exists() else []

    def files(self, field: str) -> tuple[Path, ...]:
        """What was handed in for a field; roads that are there already are named by the answers."""
        known = self.answers.get("known") if field == "roads" else None
        return (Path(known),) if known else tuple(sorted((self.folder / field).glob("*/*")))

    def sources(self) -> Sources:
        """Raises IndexError where roads or area are missing."""
        fleet = self.files("fleet")
        of_extract = frozenset(field for field in ("stops", "postcodes") if self.answers.get(f"{field}_of_extract"))
        return Sources(
            roads=self.files("roads")[0],
            area=self.files("area")[0],
            stops=self.files("stops"),
            postcodes=self.files("postcodes"),
            fleet=fleet[0] if fleet else None,
            of_extract=of_extract,
        )

    def stage(self, uploads: Iterable[UploadedFile[Any]]) -> Path:
        """Write uploads aside, each under its own name; gives the folder."""
        self._open()
        staged = self.folder / f"staged-{uuid4().hex}"
        for number, upload in enumerate(uploads):
            path = staged / f"{number:02}" / get_valid_filename(Path(upload.name or "file").name)
            path.parent.mkdir(mode=0o700, parents=True)
            with path.open("wb") as file:
                shutil.copyfileobj(upload, file)
        return staged

    def forget_staged(self, staged: Iterable[Path]) -> None:
        for folder in staged:
            shutil.rmtree(folder, ignore_errors=True)

    def accept(self, answers: dict[str, Any], staged: dict[str, Path], dropped: Iterable[str]) -> None:
        """Take what was handed in; what was checked before counts no longer. Raises Busy."""
        if self.job:
            raise Busy
        self._open()
        (self.folder / "outcome.json").unlink(missing_ok=True)
        for field in {*staged, *dropped}:
            shutil.rmtree(self.folder / field, ignore_errors=True)
        for field, folder in staged.items():
            folder.rename(self.folder / field)
        self._write("answers", {**self.answers, **answers})

    def begin(self, kind: str, fingerprint: str = "") -> str:
        """Note that a job has been asked for; gives its id. Raises Busy where another is under way."""
        self._open()
        if self._read("job") and not self.job:
            (self.folder / "job.json").unlink(missing_ok=True)
        job = {"id": uuid4().hex, "kind": kind, "print": fingerprint, "at": time.time()}
        draft = self.folder / f"job-{job['id']}"
        draft.write_text(json.dumps(job))
        try:
            (self.folder / "job.json").hardlink_to(draft)  # of two who press at once, one
        except FileExistsError:
            raise Busy from None
        finally:
            draft.unlink()
        (self.folder / "progress.txt").write_text("")
        return str(job["id"])

    def say(self, step: str) -> None:
        with (self.folder / "progress.txt").open("a") as file:
            file.write(f"{step}\n")

    def end(self, outcome: dict[str, Any]) -> None:
        """Keep what came of a job. After an import that went well nothing else is kept."""
        self._write("outcome", outcome)
        if outcome["kind"] == "import" and "report" in outcome:
            for field in FILES:
                shutil.rmtree(self.folder / field, ignore_errors=True)
            (self.folder / "answers.json").unlink(missing_ok=True)
        (self.folder / "job.json").unlink(missing_ok=True)

    def call_off(self) -> None:
        """A job that nobody could be asked to do."""
        (self.folder / "job.json").unlink(missing_ok=True)

    def drop(self) -> None:
        """Remove everything. Raises Busy."""
        if self.job:
            raise Busy
        shutil.rmtree(self.folder, ignore_errors=True)

    def fingerprint(self) -> str:
        """Of what was handed in, and of the service that it would change."""
        found = hashlib.sha256(json.dumps(self.answers, sort_keys=True).encode())
        for field in FILES:
            for path in self.files(field):
                with path.open("rb") as file:
                    found.update(f"{field} {path.name} ".encode() + hashlib.file_digest(file, "sha256").digest())
        found.update(f"{Service.objects.filter(slug=self.answers['slug']).values_list('changed_at', flat=True).first()}".encode())
        return found.hexdigest()

    def _open(self) -> None:
        drafts_dir().mkdir(mode=0o700, parents=True, exist_ok=True)
        self.folder.mkdir(mode=0o700, exist_ok=True)

    def _read(self, name: str) -> Any:
        with suppress(FileNotFoundError):
            return json.loads((self.folder / f"{name}.json").read_text())

    def _write(self, name: str, data: dict[str, Any]) -> None:
        draft = self.folder / f"{name}-{uuid4().hex}"
        draft.write_text(json.dumps(data))
        draft.replace(self.folder / f"{name}.json")
