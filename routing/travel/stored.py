"""A road graph and its contraction order, kept in a folder, so that the next process has them in milliseconds.

The arrays are mapped into memory and so shared among processes. A folder is good only for the very file that it was made from,
the vehicles that it was made for and the code that made it; one that is older, damaged or half gone is made anew. Where none can
be written, nothing is kept.
"""

from __future__ import annotations

import json
import logging
import os
import shutil
import zlib
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, fields
from functools import cache, partial
from hashlib import blake2b, file_digest
from importlib.metadata import PackageNotFoundError, version
from itertools import pairwise
from pathlib import Path
from tempfile import mkdtemp
from time import perf_counter, time
from typing import Any, Final

import numpy as np

from routing.travel.footways import Footways
from routing.travel.graph_times import RoadGraphTimes
from routing.travel.road_graph import RoadGraph
from routing.travel.rush import Factors, reweighted

log = logging.getLogger(__name__)

FORMAT: Final = 1
CONTENTS: Final = "contents.json"
"""Written last: what the folder was made from, and size and checksum of the other files."""

VALUES: Final = "values.json"
TOPOLOGY: Final = "topology"
KINDS: Final = {kind.__name__: kind for kind in (RoadGraph, Footways)}
ABANDONED_S: Final = 3600
"""A draft this old is that of a process that was killed; and roads this old were not just made for a service to be."""


class NotKept(Exception):
    """There is no folder, or none that may be used; the message says why."""


@dataclass(frozen=True, slots=True, eq=False)
class Roads:
    """A road graph, and the order of its nodes for RoutingKit; None where that has no wheel."""

    graph: RoadGraph
    topology: Any

    def times(self, factors: Factors = ()) -> RoadGraphTimes:
        """A provider of travel times over these roads, with factors on their speed; the topology stays."""
        graph = reweighted(self.graph, factors)
        if self.topology is None:
            return RoadGraphTimes(graph)
        from routing.travel.cch import CchEngine

        return RoadGraphTimes(graph, partial(CchEngine, topology=self.topology))


def roads_of(source: Path, store: Path, read: Callable[[Path], RoadGraph], made_for: str = "") -> Roads:
    """The roads of a file: out of the folder `store` where they are kept there, else as `read` gives them, and then kept.

    `made_for` is what `read` goes by beside the file, such as a vehicle's size: a folder made for something else is made anew.
    Raises what `read` raises. A folder that can't be written, or that another process writes at the same time, is no error.
    """
    begun, key = perf_counter(), _key(source, made_for)
    try:
        roads = _load(store, key)
    except NotKept as why:
        log.info("%s: %s", store, why)
    else:
        log.info("%s: loaded in %.0f ms", store, 1000 * (perf_counter() - begun))
        return roads
    graph = read(source)
    roads = Roads(graph, _topology(graph))
    try:
        _save(roads, store, key)
    except (OSError, RuntimeError) as error:  # the latter from RoutingKit
        log.warning("%s: read anew by each process, as its roads can't be kept: %s", source, error)
    return roads


def drop(stores: Iterable[Path]) -> None:
    """Remove folders that nobody needs any more; young ones stay, for somebody may be about to need them.

    Who has the roads of one in memory keeps them, and who is reading them makes them anew.
    """
    for store in stores:
        if _old(store):
            log.info("%s: removed, no vehicles of that size are left", store)
            shutil.rmtree(store, ignore_errors=True)


def _key(source: Path, made_for: str) -> dict[str, str | int]:
    with source.open("rb") as file:
        digest = file_digest(file, "sha256").hexdigest()
    return {"format": FORMAT, "source": digest, "code": _code(), "made_for": made_for}


@cache
def _code() -> str:
    """What stands for the readers, and for the library whose files are kept."""
    digest = blake2b(digest_size=16)
    for path in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(path.read_bytes())
    try:
        digest.update(version("pyroutingkit").encode())
    except PackageNotFoundError:
        digest.update(b"none")
    return digest.hexdigest()


def _topology(graph: RoadGraph) -> Any:
    try:
        from routing.travel.cch import build_topology
    except ImportError:
        return None
    return build_topology(graph)


def _load(store: Path, key: dict[str, str | int]) -> Roads:
    try:
        contents = json.loads((store / CONTENTS).read_text(encoding="utf-8"))
        if contents["key"] != key:
            raise NotKept("made from another file, for others or by another version: made anew")
        # RoutingKit believes what it reads, whatever it is: so all is checked before.
        for name, (size, checksum) in contents["files"].items():
            found = (store / name).read_bytes()
            if (len(found), zlib.crc32(found)) != (size, checksum):
                raise NotKept(f"{name} is damaged: made anew")
        return Roads(_graph(store), _loaded_topology(store) if (store / TOPOLOGY).is_dir() else None)
    except FileNotFoundError as error:
        raise NotKept("nothing kept yet" if not store.exists() else f"no {error.filename}: made anew") from error
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RuntimeError) as error:  # the last from RoutingKit
        raise NotKept(f"can't be read, so made anew: {error!r}") from error


def _graph(store: Path) -> RoadGraph:
    values, found = json.loads((store / VALUES).read_text(encoding="utf-8")), dict[str, Any]()
    kind = KINDS[values["kept as"]]
    for each in fields(kind):
        if each.name in values:
            value = values[each.name]
            found[each.name] = tuple(value) if isinstance(value, list) else value
        elif (store / f"{each.name}.starts.npy").exists():
            whole, starts = _mapped(store, each.name), _mapped(store, f"{each.name}.starts").tolist()
            found[each.name] = tuple(whole[begin:end] for begin, end in pairwise(starts))
        else:
            found[each.name] = _mapped(store, each.name)
    return kind(**found)


def _mapped(store: Path, name: str) -> np.ndarray[Any, Any]:
    # A plain view: single values of numpy's own memmap come more slowly.
    mapped: np.ndarray[Any, Any] = np.load(store / f"{name}.npy", mmap_mode="r").view(np.ndarray)
    return mapped


def _loaded_topology(store: Path) -> Any:
    from pyroutingkit import CCHTopology

    topology = CCHTopology()
    topology.load(str(store / TOPOLOGY))
    return topology


def _save(roads: Roads, store: Path, key: dict[str, str | int]) -> None:
    """Write a draft beside the folder and put it into its place; raises OSError or RuntimeError."""
    store.parent.mkdir(parents=True, exist_ok=True)
    _sweep(store)
    draft = Path(mkdtemp(prefix=f"{store.name}.", dir=store.parent))
    try:
        draft.chmod(0o755)  # other users of this machine may run workers
        _write(roads, draft)
        names = sorted(str(path.relative_to(draft)) for path in draft.rglob("*") if path.is_file())
        files = {name: [len(data := (draft / name).read_bytes()), zlib.crc32(data)] for name in names}
        (draft / CONTENTS).write_text(json.dumps({"key": key, "files": files}), encoding="utf-8")
        _replace(draft, store)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _write(roads: Roads, draft: Path) -> None:
    """Write the arrays one by one, and together what is none: names and numbers."""
    values: dict[str, Any] = {"kept as": type(roads.graph).__name__}
    for each in fields(roads.graph):
        value = getattr(roads.graph, each.name)
        if isinstance(value, np.ndarray):
            np.save(draft / f"{each.name}.npy", value)
        elif isinstance(value, tuple) and value and isinstance(value[0], np.ndarray):
            np.save(draft / f"{each.name}.npy", np.concatenate(value))
            np.save(draft / f"{each.name}.starts.npy", np.cumsum([0, *map(len, value)]))
        else:
            values[each.name] = value
    (draft / VALUES).write_text(json.dumps(values, ensure_ascii=False), encoding="utf-8")
    if roads.topology is not None:
        (draft / TOPOLOGY).mkdir()
        roads.topology.save(str(draft / TOPOLOGY))


def _replace(draft: Path, store: Path) -> None:
    """Put a draft into its place. Of two processes that do so at once, the later one's stays or neither notices."""
    old = draft.with_name(f"{draft.name}.old")
    try:
        if store.exists():
            os.rename(store, old)
        os.rename(draft, store)
    except OSError as error:
        log.info("%s: another process keeps it: %s", store, error)
    finally:
        shutil.rmtree(old, ignore_errors=True)


def _sweep(store: Path) -> None:
    for path in store.parent.glob(f"{store.name}.*"):
        if _old(path):
            shutil.rmtree(path, ignore_errors=True)


def _old(folder: Path) -> bool:
    with suppress(FileNotFoundError):  # another process sweeps too
        return time() - folder.stat().st_mtime > ABANDONED_S
    return False
