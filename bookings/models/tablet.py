"""Drivers' tablets, and the codes by which they are let in."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from bookings.models.people import Driver


class Enrolment(models.Model):
    """A code that lets one tablet in, as a digest."""

    driver = models.ForeignKey(Driver, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=60, help_text="what the tablet is called")
    code_digest = models.CharField(max_length=64, unique=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    expires_at = models.DateTimeField(db_index=True)
    used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"enrolment {self.pk}"


class Tablet(models.Model):
    """A device that acts as a driver until it's revoked."""

    driver = models.ForeignKey(Driver, on_delete=models.CASCADE, related_name="tablets")
    name = models.CharField(max_length=60)
    enrolled_at = models.DateTimeField()
    enrolled_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    credential = models.CharField(
        max_length=140, blank=True, editable=False, help_text="which token or session it has, as `backend.tablets` calls it"
    )

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.name} ({self.driver})"
