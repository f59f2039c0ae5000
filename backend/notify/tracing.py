from __future__ import annotations

import traceback


def where(error: BaseException) -> str:
    """What kind of error it is and where it came from, for the log; without its message, which may name people."""
    lines = "".join(traceback.format_tb(error.__traceback__)).rstrip()
    return f"{type(error).__name__}\n{lines}"
