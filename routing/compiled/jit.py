"""How kernels are compiled: once, at their first call, by Numba; and kept on disk for the processes after that.

With NUMBA_DISABLE_JIT=1 they are the plain Python that they are written in.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from hashlib import blake2b
from pathlib import Path
from typing import Any, TypeVar

import numba

OURS = Path(__file__).parent
Kernel = TypeVar("Kernel", bound=Callable[..., object])

njit: Any = numba.njit
config: Any = numba.config


def kernel(function: Kernel) -> Kernel:
    """A function compiled for the types of its first call. It makes no arrays, and runs without holding Python's lock.

    As it makes none, it needs no counting of references to them (`_nrt`), which would take most of the time.
    """
    return _compiled(function)


def small(function: Kernel) -> Kernel:
    """A kernel that is copied into those that call it."""
    return _compiled(function, forceinline=True)


def _compiled(function: Kernel, **options: bool) -> Kernel:
    """Numba looks only at the file of a function to tell whether what it kept is out of date. Kernels call kernels of other
    files, so what is kept lies in a folder of its own for each state of the package: in `NUMBA_CACHE_DIR`, or beside Python's
    own compiled modules. Where nothing can be kept, every process compiles anew.
    """
    kept, package = config.CACHE_DIR, Path(function.__code__.co_filename).parent
    config.CACHE_DIR = str((Path(kept) if kept else package / "__pycache__") / f"kernels-{_state_of(package)}")
    made: Kernel
    try:
        made = njit(cache=True, nogil=True, error_model="numpy", _nrt=False, **options)(function)
    except RuntimeError:  # no folder to write to
        made = njit(nogil=True, error_model="numpy", _nrt=False, **options)(function)
    finally:
        config.CACHE_DIR = kept
    return made


@cache
def _state_of(package: Path) -> str:
    """What stands for the sources of a package and of this one."""
    sources = sorted({*OURS.glob("*.py"), *package.glob("*.py")})
    return blake2b(b"\0".join(path.read_bytes() for path in sources), digest_size=8).hexdigest()
