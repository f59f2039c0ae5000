"""The admin with everything in it, for `backend.urls`: importing `records` and `money` puts the models there."""

from backend.admin import money, records
from backend.admin.site import site

__all__ = ["money", "records", "site"]
