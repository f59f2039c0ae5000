"""Staff sign in with the account of their organisation (OpenID Connect), by django-allauth; nobody is made by that."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialAccount, SocialLogin
from allauth.socialaccount.providers.base import AuthProcess
from allauth.socialaccount.providers.openid_connect import views as openid_connect
from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from requests import RequestException

from backend.second_factor import is_staff
from backend.web.roles import start_of

log = logging.getLogger(__name__)


class Refused(ImmediateHttpResponse):  # type: ignore[misc]
    """Back to the sign-in page, which says one sentence whatever was wrong; the log says which."""

    def __init__(self, why: str) -> None:
        log.warning("nobody was signed in by OpenID Connect: %s", why)
        super().__init__(redirect(f"{reverse('web:sign-in')}?oidc=refused"))


def there(request: HttpRequest, provider_id: str) -> HttpResponseBase:
    """To the organisation's sign-in page."""
    return _reached(openid_connect.login, request, provider_id)


def back(request: HttpRequest, provider_id: str) -> HttpResponseBase:
    """From there, with what it says of somebody."""
    return _reached(openid_connect.callback, request, provider_id)


def _reached(view: Callable[..., HttpResponseBase], request: HttpRequest, provider_id: str) -> HttpResponseBase:
    try:
        return view(request, provider_id)
    except RequestException as error:  # the library asks for the provider's addresses, each time
        answer: HttpResponseBase = Refused(type(error).__name__).response
        return answer


class Accounts(DefaultAccountAdapter):  # type: ignore[misc]
    """Signing in is all of it: whether there is a second factor is for the organisation to say, and nobody signs up."""

    def get_login_stages(self) -> list[str]:
        return []

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        return start_of(request.user)

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """The pages have no place for messages."""


class OrganisationAccounts(DefaultSocialAccountAdapter):  # type: ignore[misc]
    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        return False

    def on_authentication_error(self, request: HttpRequest, provider: Any, *args: Any, **kwargs: Any) -> None:
        raise Refused(f"{kwargs.get('error')}, {type(kwargs.get('exception')).__name__}")

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Let in whose account it was before; else the one member of staff who has the address that the organisation vouches for.

        From then on it's the account that counts, and no other with that address: addresses are given to others in time.
        """
        if sociallogin.state.get("process", AuthProcess.LOGIN) != AuthProcess.LOGIN:
            raise Refused("not asked to sign in")
        if not sociallogin.is_existing:
            sociallogin.user = _user_of(sociallogin)
            sociallogin.account.user = sociallogin.user
            try:
                with transaction.atomic():
                    sociallogin.account.save()
            except IntegrityError:
                raise Refused("the same account twice at once") from None
        if not (sociallogin.user.is_active and is_staff(sociallogin.user)):
            raise Refused("no member of staff any more")


def _user_of(sociallogin: SocialLogin) -> User:
    """The member of staff with the address. Raises Refused."""
    addresses = [each.email for each in sociallogin.email_addresses if each.verified and each.email]
    found = [user for user in User.objects.filter(email__iexact=addresses[0]) if is_staff(user)] if addresses else []
    if len(found) != 1:
        raise Refused("no address that is vouched for" if not addresses else f"{len(found)} members of staff with the address")
    if SocialAccount.objects.filter(user=found[0], provider=sociallogin.account.provider).exists():
        raise Refused("that member of staff has another account")
    return found[0]
