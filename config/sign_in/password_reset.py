"""Choosing a new password in an app, also when what came as the key is none.

A key is the account, a hyphen and what proves it. allauth looks up the account before it sees that
there is none, which ends in an error of the server.
"""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.headless.account import views
from allauth.headless.account.inputs import ResetPasswordInput, ResetPasswordKeyInput
from allauth.headless.internal.restkit.response import ErrorResponse
from django.http import HttpRequest, HttpResponse


class _NamesAnAccount:
    def clean_key(self) -> Any:
        if self.cleaned_data["key"].startswith("-"):  # type: ignore[attr-defined]
            raise get_adapter().validation_error("invalid_password_reset")
        return super().clean_key()  # type: ignore[misc]


class KeyInput(_NamesAnAccount, ResetPasswordKeyInput):  # type: ignore[misc]  # untyped
    """The key alone, to see whether it holds."""


class NewPasswordInput(_NamesAnAccount, ResetPasswordInput):  # type: ignore[misc]  # untyped
    """The key and the new password."""


class ResetPasswordView(views.ResetPasswordView):  # type: ignore[misc]  # the package is untyped
    """As allauth's; a key without an account is refused as any other that is wrong."""

    input_class = NewPasswordInput

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        asked = KeyInput({"key": request.headers.get("X-Password-Reset-Key", "")})
        if not asked.is_valid():
            refused: HttpResponse = ErrorResponse(request, input=asked)
            return refused
        shown: HttpResponse = super().get(request, *args, **kwargs)
        return shown
