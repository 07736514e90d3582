"""Who calls the API by a token, or by the session of an app."""

from __future__ import annotations

from typing import Any

from allauth.headless.contrib.rest_framework.authentication import XSessionTokenAuthentication
from allauth.headless.internal.sessionkit import authenticate_by_x_session_token
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from knox.auth import TokenAuthentication
from rest_framework.request import Request

from core.errors import DomainError
from core.identity.errors import SecondFactorRequired, SessionOver, TokenInvalid
from core.identity.models import ApiToken, User
from core.identity.second_factor import lacks_second_factor
from core.identity.tokens import checked_token, note_token_use
from core.throttling import client_address


class ApiTokenAuthentication(TokenAuthentication):  # type: ignore[misc]  # no types
    """`Authorization: Token tp_…`. Whatever is wrong with a token is a coded 401 or 403."""

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        """The caller and the token; None without one. Raises TokenInvalid and its kin."""
        scheme, _, text = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != self.authenticate_header(request).lower():
            return None
        try:
            if not text.isascii() or not text.strip():
                raise TokenInvalid()
            token = checked_token(text.strip(), address=client_address(request))
        except DomainError as error:
            if error.status == 401:
                error.auth_header = self.authenticate_header(request)  # type: ignore[attr-defined]
            raise
        note_token_use(token=token)
        return token.user, token


class AppSessionAuthentication(XSessionTokenAuthentication):  # type: ignore[misc]  # no types
    """`X-Session-Token`, as apps get it when somebody signs in at `/_allauth/app/v1/`."""

    def authenticate(self, request: Request) -> tuple[User, None] | None:
        """The caller; None without a token. Raises SessionOver, SecondFactorRequired."""
        token = self.get_session_token(request)
        if not token:
            return None
        found = authenticate_by_x_session_token(token)
        if found is None:
            raise SessionOver()
        if lacks_second_factor(found[0]):
            raise SecondFactorRequired()
        return found[0], None


class AppSessionScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How the schema names it."""

    target_class = "core.api.authentication.AppSessionAuthentication"
    name = "appSession"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {
            "type": "apiKey",
            "in": "header",
            "name": "X-Session-Token",
            "description": "From signing in at `/_allauth/app/v1/auth/login`.",
        }


class ApiTokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How the schema names it."""

    target_class = "core.api.authentication.ApiTokenAuthentication"
    name = "apiToken"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {
            "type": "apiKey",
            "in": "header",
            "name": "Authorization",
            "description": "`Token tp_…`, issued in the back office or at `/api/v1/tokens`.",
        }
