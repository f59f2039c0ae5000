"""`python -m routing bench`: instances x optimisers x limits x seeds, peers beside them, as tables and a plot."""

from __future__ import annotations

import argparse
import glob
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from itertools import islice
from pathlib import Path
from threading import Event

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from routing.bench.best_known import BadBestKnown, Best, read_best_known
from routing.bench.contenders import PEERS, PEERS_PYTHON, Contender, installed, ours
from routing.bench.report import machine, write_report
from routing.bench.runs import Case, Run, perform
from routing.bench.sets import set_of
from routing.bench.store import Store
from routing.formats.instance import Instance
from routing.formats.lines import BadInstance
from routing.formats.reading import read_instance
from routing.formats.stated import Objective
from routing.solvers import SOLVERS


class BadRequest(ValueError):
    """Something asked of the command that can't be done; the message says what to ask instead."""


def main(argv: Sequence[str] | None = None) -> int:
    """0 when every run gave a plan, 1 when some failed (the tables say which), 2 when nothing could be run, 130 after Ctrl-C."""
    options = _parser().parse_args(argv)
    console = Console(stderr=True)
    try:
        instances = _instances(options.instances)
        best = _best(options.best_known, instances, console)
        contenders = _contenders(options, console)
        store = _store(options.output, options.resume)
    except (BadRequest, BadInstance, BadBestKnown) as error:
        console.print(f"bench: {error}", style="red", markup=False, highlight=False, soft_wrap=True)
        return 2
    about = machine() | {"asked": _asked(options)}
    done = store.runs()
    cases = [
        case
        for case in _cases(instances, contenders, options)
        if case not in done or done[case].error  # what failed is tried again
    ]
    stopped = False
    try:
        _perform_all(cases, instances, contenders, store, options.jobs, console)
    except KeyboardInterrupt:
        stopped = True
        console.print("Stopped. The tables have what is there; --resume goes on.", markup=False)
    wanted = set(_cases(instances, contenders, options))
    runs = [run for case, run in store.runs().items() if case in wanted]
    if runs:
        notes = write_report(
            store.path.parent,
            runs,
            sets={name: set_of(instance) for name, (_, instance) in instances.items()},
            vehicles_first=_vehicles_first(instances),
            best=best,
            contenders=contenders,
            about=about,
        )
        for note in notes:
            console.print(note, markup=False, soft_wrap=True)
        sys.stdout.write((store.path.parent / "bench.md").read_text(encoding="utf-8"))
    return 130 if stopped else int(any(run.error for run in runs))


def _perform_all(
    cases: Sequence[Case],
    instances: dict[str, tuple[Path, Instance]],
    contenders: Sequence[Contender],
    store: Store,
    jobs: int,
    console: Console,
) -> None:
    """Run the cases, `jobs` at a time, and keep each as it comes."""
    by_name, stop = {each.name: each for each in contenders}, Event()
    ahead = iter(cases)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console) as progress, ThreadPoolExecutor(jobs) as pool:
        shown = progress.add_task("bench", total=len(cases))

        def begin(case: Case) -> Future[Run]:
            progress.update(shown, description=f"{case.instance} {case.contender} {case.seconds:g} s #{case.seed}")
            return pool.submit(perform, case, by_name[case.contender], *instances[case.instance], stop)

        def keep(run: Run) -> None:
            store.add(run)
            progress.advance(shown)
            if run.error:
                where = f"{run.case.contender} on {run.case.instance}, {run.case.seconds:g} s, seed {run.case.seed}"
                progress.console.print(f"failed: {where}: {run.error}", markup=False, highlight=False, soft_wrap=True)

        try:
            waiting = {begin(case) for case in islice(ahead, jobs)}
            while waiting:
                finished, waiting = wait(waiting, return_when=FIRST_COMPLETED)
                for future in finished:
                    keep(future.result())
                waiting |= {begin(case) for case in islice(ahead, jobs - len(waiting))}
        finally:
            stop.set()  # nothing is left running, whatever happens


def _cases(
    instances: dict[str, tuple[Path, Instance]], contenders: Sequence[Contender], options: argparse.Namespace
) -> Iterator[Case]:
    """Seed by seed: a bench that is stopped has everything with fewer seeds. Contenders side by side: a busy hour hits all."""
    for seed in options.seeds:
        for seconds in options.seconds:
            for name in instances:
                for each in contenders:
                    yield Case(each.name, name, seconds, seed)


def _instances(patterns: Sequence[str]) -> dict[str, tuple[Path, Instance]]:
    """By name. Raises BadRequest and BadInstance."""
    found: dict[str, tuple[Path, Instance]] = {}
    for pattern in patterns:
        paths = sorted(map(Path, glob.glob(pattern, recursive=True)))
        if not paths:
            raise BadRequest(f"no instance file is called {pattern}: give paths or patterns such as 'folder/*.txt'")
        for path in paths:
            instance = read_instance(path)
            if instance.name in found and found[instance.name][0].resolve() != path.resolve():
                raise BadRequest(f"{path} and {found[instance.name][0]} are both called {instance.name}: bench one of them")
            found[instance.name] = path, instance
    return found


def _vehicles_first(instances: dict[str, tuple[Path, Instance]]) -> dict[str, bool]:
    return {name: instance.objective is Objective.VEHICLES_FIRST for name, (_, instance) in instances.items()}


def _best(path: Path | None, instances: dict[str, tuple[Path, Instance]], console: Console) -> dict[str, Best]:
    """Raises BadBestKnown."""
    best = read_best_known(path, _vehicles_first(instances)) if path is not None else {}
    unknown = [name for name in instances if name not in best]
    if unknown:
        more = f" and {len(unknown) - 5} more" if len(unknown) > 5 else ""
        console.print(f"No best known value, so no gap: {', '.join(unknown[:5])}{more} (--best-known FILE)", markup=False)
    return best


def _contenders(options: argparse.Namespace, console: Console) -> list[Contender]:
    """Raises BadRequest where nobody is left."""
    asked = list(PEERS) if options.peers == ["all"] else [name for name in options.peers if name != "none"]
    for what, names, known in (("optimiser", options.optimisers, SOLVERS), ("peer", asked, PEERS)):
        unknown = [name for name in names if name not in known]
        if unknown:
            raise BadRequest(f"no {what} is called {', '.join(unknown)}: there are {', '.join(known)}")
    peers, missing = installed([PEERS[name] for name in asked], options.peers_python)
    for line in missing:
        console.print(line, markup=False, soft_wrap=True)
    contenders = [*ours(options.optimisers), *peers]
    if not contenders:
        raise BadRequest("nobody takes part: name optimisers, or peers that are installed")
    return contenders


def _store(folder: Path, resume: bool) -> Store:
    """Raises BadRequest where the folder has runs already and nobody said to go on."""
    folder.mkdir(parents=True, exist_ok=True)
    store = Store(folder)
    if store.path.exists() and not resume:
        raise BadRequest(f"{store.path} is there already: --resume goes on with it, --output takes another folder")
    store.mend()
    return store


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m routing bench", description=__doc__)
    add = parser.add_argument
    add("instances", nargs="+", metavar="INSTANCE", help="files, or quoted patterns such as 'folder/**/*.txt'")
    add("--optimisers", type=_words, default=["lns"], metavar="NAMES", help="of `routing solve`, with commas (default: lns)")
    add("--peers", type=_words, default=["all"], metavar="NAMES", help=f"all, none, or of {', '.join(PEERS)} (default: all)")
    add("--seconds", type=_limits, default=[1.0, 5.0, 30.0], metavar="S", help="limits, with commas (default: 1,5,30)")
    add("--seeds", type=_seeds, default=[1, 2, 3, 4, 5], metavar="N", help="how many seeds, from 1 on (default: 5)")
    add(
        "--best-known",
        type=Path,
        metavar="FILE",
        help='JSON: {"a2-16": {"best": 294.25}, "lc101": {"best": 828.94, "vehicles": 10}}',
    )
    add("--output", type=Path, default=Path(".drover/bench"), metavar="FOLDER", help="where to write (default: .drover/bench)")
    add("--jobs", type=_positive, default=1, metavar="N", help="runs at a time; each takes a core (default: 1)")
    add("--resume", action="store_true", help="go on with what is in the folder; runs that failed are tried again")
    add(
        "--peers-python",
        type=Path,
        default=PEERS_PYTHON,
        metavar="PATH",
        help="whose packages are the peers (default: of `make bench-peers`)",
    )
    return parser


def _asked(options: argparse.Namespace) -> str:
    limits = ", ".join(f"{each:g}" for each in options.seconds)
    return f"limits of {limits} s, {len(options.seeds)} seed(s), {options.jobs} run(s) at a time"


def _words(text: str) -> list[str]:
    return [word.strip() for word in text.split(",") if word.strip()]


def _limits(text: str) -> list[float]:
    limits = [float(word) for word in _words(text)]
    if not limits or min(limits) <= 0:
        raise argparse.ArgumentTypeError(f"{text!r}: seconds above 0 are expected, such as 1,5,30")
    return limits


def _positive(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r}: a number from 1 on is expected")
    return int(text)


def _seeds(text: str) -> list[int]:
    return list(range(1, _positive(text) + 1))
