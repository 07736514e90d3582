"""How allauth does things here: its hooks, filled with our services and rules."""

from __future__ import annotations

import ipaddress
from smtplib import SMTPException
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

import structlog
from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from core.encryption import decrypt, encrypt
from core.errors import DependencyDown
from core.identity.accounts import change_own_password
from core.identity.lockout import account_of, forgive_attempt
from core.identity.second_factor import FACTORS
from core.throttling import client_address

log = structlog.get_logger(__name__)


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # the package has no types
    """Accounts are made by administrators; their passwords are stored by a service."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Nothing: the middleware counts the posts, the lockout the failures."""

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Any:
        """The account, or None. Raises AccountLocked."""
        user = super().authenticate(request, **credentials)
        if user is not None:
            forgive_attempt(account_of(request, credentials), request)
        return user

    def set_password(self, user: Any, password: str) -> None:
        change_own_password(user=user, password=password)

    def get_client_ip(self, request: HttpRequest) -> str:
        """The caller's address as the throttles see it; all zeros when there is none."""
        try:
            return str(ipaddress.ip_address(client_address(request)))
        except ValueError:
            return "0.0.0.0"  # noqa: S104  (says that nobody knows; nothing listens there)

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        if request.user.is_staff:
            return reverse("admin:index")
        return reverse("mfa_index")

    def get_reset_password_from_key_url(self, key: str) -> str:
        """A link on our public address, whatever host the request named."""
        path = reverse("account_reset_password_from_key", kwargs={"uidb36": "UID", "key": "KEY"})
        return settings.PUBLIC_BASE_URL.rstrip("/") + path.replace("UID-KEY", key)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Raises DependencyDown when the mail server takes no mail."""
        host = urlsplit(settings.PUBLIC_BASE_URL).netloc
        site = SimpleNamespace(name="Tradepost", domain=host)
        try:
            super().send_mail(template_prefix, email, {"current_site": site, **context})
        except (SMTPException, OSError) as error:
            log.error("mail_not_sent", template=template_prefix, reason=type(error).__name__)
            raise DependencyDown(retry_after=60) from error

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:
        """A note about a change that has happened: a mail server away does not undo the change."""
        try:
            super().send_notification_mail(*args, **kwargs)
        except DependencyDown:
            log.warning("notification_not_sent", template=args[0])


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Secrets of second factors are encrypted as every other secret is."""

    def encrypt(self, text: str) -> str:
        return encrypt(text)

    def decrypt(self, encrypted_text: str) -> str:
        return decrypt(encrypted_text)

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Not the last one of somebody who must have one."""
        if not (settings.STAFF_MFA_REQUIRED and authenticator.user.is_staff):
            return True
        others = Authenticator.objects.filter(user_id=authenticator.user_id, type__in=FACTORS)
        return bool(others.exclude(pk=authenticator.pk).exists())
