"""Where apps sign people in: allauth's addresses for them, without those of sign-up and of further
e-mail addresses.
"""

from __future__ import annotations

from allauth.headless.account import views as account
from allauth.headless.base import views as base
from allauth.headless.constants import Client
from allauth.headless.mfa import views as mfa
from allauth.headless.usersessions import views as sessions
from django.urls import path

from config.sign_in.password_reset import ResetPasswordView

_VIEWS = {
    "config": (base.ConfigView, "config"),
    "auth/login": (account.LoginView, "login"),
    "auth/session": (account.SessionView, "current_session"),
    "auth/reauthenticate": (account.ReauthenticateView, "reauthenticate"),
    "auth/password/request": (account.RequestPasswordResetView, "request_password_reset"),
    "auth/password/reset": (ResetPasswordView, "reset_password"),
    "auth/2fa/authenticate": (mfa.AuthenticateView, "authenticate"),
    "auth/2fa/reauthenticate": (mfa.ReauthenticateView, "mfa_reauthenticate"),
    "auth/webauthn/authenticate": (mfa.AuthenticateWebAuthnView, "authenticate_webauthn"),
    "account/password/change": (account.ChangePasswordView, "change_password"),
    "account/authenticators": (mfa.AuthenticatorsView, "authenticators"),
    "account/authenticators/totp": (mfa.ManageTOTPView, "manage_totp"),
    "account/authenticators/recovery-codes": (mfa.ManageRecoveryCodesView, "manage_recovery_codes"),
    "account/authenticators/webauthn": (mfa.ManageWebAuthnView, "manage_webauthn"),
    "account/sessions": (sessions.SessionsView, "sessions"),
}

# allauth looks some of them up by these names.
app_name = "headless"
urlpatterns = [
    path(address, view.as_api_view(client=Client.APP), name=name)
    for address, (view, name) in _VIEWS.items()
]
