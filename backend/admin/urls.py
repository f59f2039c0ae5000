"""The admin with everything in it, for `backend.urls`: importing `records`, `rights` and `money` puts the models there."""

from backend.admin import money, records, rights
from backend.admin.site import site

__all__ = ["money", "records", "rights", "site"]
