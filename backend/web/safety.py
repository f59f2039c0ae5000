"""What a page may load: nothing but what this installation serves, and map tiles where the operator has set some."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpResponseBase
from django.utils.cache import add_never_cache_headers


def page(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """A view whose answer carries a strict Content-Security-Policy and stays out of caches."""

    @wraps(view)
    def wrapped(*args: object, **kwargs: object) -> HttpResponseBase:
        response = view(*args, **kwargs)
        response.headers["Content-Security-Policy"] = policy()
        add_never_cache_headers(response)
        return response

    return wrapped


def policy() -> str:
    """The policy, as the header has it."""
    tiles = urlsplit(settings.TILE_URL)
    # A host such as {s}.tile.example.org stands for several.
    pictures = f" {tiles.scheme}://{tiles.netloc.replace('{s}', '*')}" if tiles.netloc else ""
    return (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
        f"img-src 'self' data:{pictures}; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )
