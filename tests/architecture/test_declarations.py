"""What the code must declare: history, error codes, event types, and the rules of every view."""

from __future__ import annotations

import re
import string

import pytest
from django.apps import apps
from django.db import models
from django.urls import get_resolver
from rest_framework.permissions import IsAdminUser
from rest_framework.views import APIView

from core import checks, documentation
from core.api.views import ApiView
from core.errors import DomainError, all_error_types
from core.events.registry import event_types, missing_upcasters
from core.history.selectors import audited_models
from core.history.tracking import untracked_models
from core.uploads.fields import CheckedImageField
from tests.architecture.sources import ROOT

#: Applications that are not ours: why their rows keep no history here.
THIRD_PARTY = {
    "unfold": "no tables",
    "unfold.contrib.filters": "no tables",
    "unfold.contrib.forms": "no tables",
    "django.contrib.admin": "is itself a log",
    "django.contrib.auth": "roles are declared in the code; changes of theirs are events",
    "django.contrib.contenttypes": "derived from the models",
    "django.contrib.sessions": "lives for hours",
    "django.contrib.messages": "no tables",
    "django.contrib.staticfiles": "no tables",
    "django.contrib.postgres": "no tables",
    "django.contrib.humanize": "no tables",
    "pgtrigger": "no tables",
    "pghistory": "is itself the history",
    "pghistory.admin": "no tables",
    "rest_framework": "no tables",
    "django_filters": "no tables",
    "drf_spectacular": "no tables",
    "drf_spectacular_sidecar": "no tables",
    "allauth": "no tables",
    "allauth.account": "addresses beside the account's own, which nobody has here",
    "allauth.mfa": "second factors; adding, using and removing one are events",
    "allauth.headless": "no tables",
    "allauth.usersessions": "lives as long as the session it tells of",
    "knox": "its table is replaced by our own tokens",
    "corsheaders": "no tables",
    "axes": "counts in Valkey; its tables stay empty",
    "django_celery_beat": "when tasks run; staff see the present state",
}
#: Our own rows without history; each states its reason where it is declared.
UNTRACKED = {
    "catalog.Movement",
    "core.Event",
    "core.EventAnchor",
    "core.EventDelivery",
    "core.Heartbeat",
    "core.IdempotencyRecord",
    "core.ImportFilePart",
    "core.ImportFinding",
    "core.ImportRow",
    "core.ImportRun",
    "core.Job",
    "core.SlowOperation",
    "core.StreamHead",
    "core.WebhookAttempt",
    "core.WebhookDelivery",
    "organizations.IssuedNumber",
    "zoho.Cursor",
    "zoho.OrderPush",
    "zoho.SyncRun",
}
#: Plain Django views outside the admin, with why they need no permission and no throttle.
PLAIN_VIEWS = {
    "": "redirects to the admin",
    **dict.fromkeys(
        (
            "accounts/login/",
            "accounts/logout/",
            "accounts/signup/",
            "accounts/inactive/",
            "accounts/reauthenticate/",
            "accounts/password/change/",
            "accounts/password/set/",
            "accounts/password/reset/",
            "accounts/password/reset/done/",
            "accounts/^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
            "accounts/password/reset/key/done/",
            "accounts/2fa/",
            "accounts/2fa/authenticate/",
            "accounts/2fa/reauthenticate/",
            "accounts/2fa/totp/activate/",
            "accounts/2fa/totp/deactivate/",
            "accounts/2fa/recovery-codes/",
            "accounts/2fa/recovery-codes/generate/",
            "accounts/2fa/recovery-codes/download/",
            "accounts/2fa/webauthn/",
            "accounts/2fa/webauthn/add/",
            "accounts/2fa/webauthn/reauthenticate/",
            "accounts/2fa/webauthn/keys/<int:pk>/remove/",
            "accounts/2fa/webauthn/keys/<int:pk>/edit/",
        ),
        "how people sign in; allauth asks for the session, SignInGuard counts the posts",
    ),
    **dict.fromkeys(
        (
            f"_allauth/app/v1/{address}"
            for address in (
                "config",
                "auth/login",
                "auth/session",
                "auth/reauthenticate",
                "auth/password/request",
                "auth/password/reset",
                "auth/2fa/authenticate",
                "auth/2fa/reauthenticate",
                "auth/webauthn/authenticate",
                "account/password/change",
                "account/authenticators",
                "account/authenticators/totp",
                "account/authenticators/recovery-codes",
                "account/authenticators/webauthn",
                "account/sessions",
            )
        ),
        "how apps sign people in; allauth asks for the session, SignInGuard counts the posts",
    ),
    "health/live": "asked by the container's keeper",
    "health/ready": "asked by the container's keeper",
}


def test_every_model_of_ours_decides_on_history():
    assert checks.check_history_decisions(None) == []


def test_every_other_application_listed():
    names = {app.name for app in apps.get_app_configs() if not checks.is_ours(app)}
    assert names - set(THIRD_PARTY) == set()


def test_every_untracked_model_is_listed():
    assert {name for name in untracked_models() if not name.startswith("tests.")} == UNTRACKED


def test_every_untracked_model_states_a_reason_and_still_exists():
    assert [label for label, why in untracked_models().items() if len(why) < 10] == []
    assert [apps.get_model(label)._meta.label for label in untracked_models()] == list(
        untracked_models()
    )


def test_model_without_decision_caught():
    undecided = type(
        "Undecided",
        (models.Model,),
        {"__module__": "core.models", "Meta": type("Meta", (), {"app_label": "core"})},
    )
    try:
        assert checks.undecided_models([undecided]) == ["core.Undecided"]
    finally:
        del apps.all_models["core"]["undecided"]
        apps.clear_cache()


def unchecked_files(models_of_ours):
    """Fields that would take a file as it comes."""
    return [
        str(field)
        for model in models_of_ours
        for field in model._meta.local_fields
        if isinstance(field, models.FileField) and not isinstance(field, CheckedImageField)
    ]


def test_every_file_field_checks_what_it_takes():
    ours = [model for app in apps.get_app_configs() for model in app.get_models()]
    assert unchecked_files(ours) == []


@pytest.mark.parametrize("kind", [models.FileField, models.ImageField])
def test_unchecked_file_field_caught(kind):
    model = type(
        "Unchecked",
        (models.Model,),
        {
            "__module__": "core.models",
            "file": kind(),
            "Meta": type("Meta", (), {"app_label": "core"}),
        },
    )
    try:
        assert unchecked_files([model]) == ["core.Unchecked.file"]
    finally:
        del apps.all_models["core"]["unchecked"]
        apps.clear_cache()


def test_every_checked_image_says_which_view_serves_it():
    histories = set(audited_models().values())
    silent = [
        str(field)
        for model in apps.get_models()
        if model not in histories
        for field in model._meta.local_fields
        if isinstance(field, CheckedImageField) and not field.served_by
    ]
    assert silent == []


def test_every_api_view_states_permission_and_throttle():
    assert checks.check_api_rules(None) == []


def test_every_plain_view_is_of_the_admin_or_listed():
    plain = {
        address
        for address, view in checks.routed_views(get_resolver())
        if checks.api_view_class(view) is None and not address.startswith("admin/")
    }
    assert plain == set(PLAIN_VIEWS)


class Silent(APIView):
    """States nothing."""


class Stated(APIView):
    """States both."""

    permission_classes = [IsAdminUser]
    throttle_scope = "staff"


class WrongScope(Stated):
    """Names a rate that does not exist."""

    throttle_scope = "nowhere"


class Changing(Stated):
    """Changes something beside the base that does it once."""

    def post(self, request):
        return None


class ChangingOnce(ApiView):
    """Changes something as it should."""

    permission_classes = (IsAdminUser,)
    throttle_scope = "staff"

    def delete(self, request):
        return None


class Unthrottled(Stated):
    """Takes the throttle away."""

    throttle_classes = ()


@pytest.mark.parametrize(
    ("view", "given", "missing"),
    [
        (Silent, {}, ["permission_classes", "throttle_scope"]),
        (Silent, {"throttle_scope": "staff"}, ["permission_classes"]),
        (Stated, {}, []),
        (WrongScope, {}, ["throttle_scope"]),
        (Unthrottled, {}, ["throttle_scope"]),
        (Changing, {}, ["ApiView as its base"]),
        (ChangingOnce, {}, []),
    ],
)
def test_view_without_rules_caught(view, given, missing):
    assert checks.missing_rules(view, given) == missing


def test_api_view_behind_a_routed_callable_recognised():
    assert checks.api_view_class(Stated.as_view()) is Stated
    assert checks.api_view_class(lambda request: None) is None


@pytest.mark.parametrize(
    ("page", "command", "made"),
    [
        ("errors.md", "document_errors", documentation.errors_page),
        ("events.md", "document_events", documentation.events_page),
        ("roles.md", "document_roles", documentation.roles_page),
    ],
)
def test_page_made_from_the_code_is_up_to_date(page, command, made):
    stored = (ROOT / "docs" / page).read_text(encoding="utf-8")
    assert stored == made(), f"run `python manage.py {command}`"


def fields_of(template: str) -> set[str]:
    """The names that a message fills in."""
    return {name for _, name, _, _ in string.Formatter().parse(template) if name is not None}


def wrong_errors(declared: dict[str, type[DomainError]]) -> list[str]:
    """Codes with a shape, a status or messages that do not fit."""
    return [
        code
        for code, error in declared.items()
        if not re.fullmatch(r"[a-z][a-z0-9_]+", code)
        or not 400 <= error.status <= 503
        or not re.search(r"[\u0600-\u06ff]", error.message_ar)
        or {name.removesuffix("_ar") for name in fields_of(error.message_ar)}
        - fields_of(error.message)
        or error.message == DomainError.message
    ]


def test_every_error_code_well_formed_in_both_languages():
    documentation.errors_page()
    assert len(all_error_types()) > 20
    assert wrong_errors(all_error_types()) == []


@pytest.mark.parametrize(
    "changed",
    [
        {"code": "Not-a-code"},
        {"status": 200},
        {"message_ar": "English"},
        {"message_ar": "{other} عربي"},
        {"message": DomainError.message},
    ],
)
def test_error_that_does_not_fit_caught(changed):
    given = {"code": "sample", "status": 409, "message": "No {name}.", "message_ar": "لا {name}."}
    sample = type("Sample", (), given | changed)
    assert wrong_errors({sample.code: sample}) == [sample.code]


def test_every_event_type_named_noun_verb_and_explained():
    declared = event_types()
    assert len(declared) > 10
    assert [e.name for e in declared if not re.fullmatch(r"[a-z_]+\.[a-z_]+", e.name)] == []
    assert [e.name for e in declared if not e.meaning.endswith(".")] == []
    assert [e.name for e in declared if not all(e.fields.values())] == []


def test_every_earlier_version_of_an_event_type_can_be_read():
    assert missing_upcasters() == []
