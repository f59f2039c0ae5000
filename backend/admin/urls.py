"""The admin with everything in it, for `backend.urls`: importing `records` puts the models there."""

from backend.admin import records
from backend.admin.site import site

__all__ = ["records", "site"]
