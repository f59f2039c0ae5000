"""Second factors' secrets lie in the database sealed, so that a backup alone lets nobody in."""

from __future__ import annotations

from base64 import urlsafe_b64encode

from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings


class SealedSecrets(DefaultMFAAdapter):  # type: ignore[misc]  # django-allauth says no types
    """Fernet under keys made of SECRET_KEY, and of SECRET_KEY_FALLBACKS for what was sealed before it changed.

    `decrypt` raises `cryptography.fernet.InvalidToken` where none of them fits.
    """

    def encrypt(self, text: str) -> str:
        """The text, sealed with SECRET_KEY."""
        return _seal().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """What was sealed. Raises InvalidToken."""
        return _seal().decrypt(encrypted_text).decode()


def _seal() -> MultiFernet:
    return MultiFernet([Fernet(_derived(str(key))) for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)])


def _derived(key: str) -> bytes:
    """A key for this purpose alone (HKDF, RFC 5869): what else SECRET_KEY signs tells nothing about it."""
    derive = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"drover second factor")
    return urlsafe_b64encode(derive.derive(key.encode()))
