"""System checks: no model without a decision about its history, no API view without its rules."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import pghistory.models
from django.apps import AppConfig, apps
from django.conf import settings
from django.core import checks
from django.db import models
from django.urls import URLPattern, URLResolver, get_resolver
from rest_framework.views import APIView

from core.api.views import UNSAFE_METHODS, ApiView
from core.history.tracking import untracked_models


def is_ours(app: AppConfig) -> bool:
    """Whether the application lives in this project and not among the installed packages."""
    return settings.BASE_DIR in _parents(app.path) and ".venv" not in app.path


def _parents(path: str) -> Iterable[Any]:
    return type(settings.BASE_DIR)(path).parents


def has_history(model: type[models.Model]) -> bool:
    """Whether a history table is filled from the model's rows."""
    return any(
        getattr(candidate, "pgh_tracked_model", None) is model for candidate in apps.get_models()
    )


def undecided_models(candidates: Iterable[type[models.Model]]) -> list[str]:
    """Labels of those models that neither keep history nor state why not."""
    stated = untracked_models()
    return [
        model._meta.label
        for model in candidates
        if not issubclass(model, pghistory.models.Event)
        and not model._meta.proxy
        and not has_history(model)
        and model._meta.label not in stated
    ]


@checks.register(checks.Tags.models)
def check_history_decisions(
    app_configs: Iterable[AppConfig] | None, **_: Any
) -> list[checks.CheckMessage]:
    """Every model of ours uses `track_history` or `without_history(reason)`."""
    ours = [app for app in app_configs or apps.get_app_configs() if is_ours(app)]
    undecided = undecided_models(model for app in ours for model in app.get_models())
    return [
        checks.Error(
            f"{label} neither keeps history nor states why not.",
            hint="Use core.history.tracking.track_history or without_history.",
            id="core.E001",
        )
        for label in undecided
    ]


def routed_views(resolver: URLResolver) -> Iterator[tuple[str, Any]]:
    """Each address pattern below `resolver` with the callable behind it."""
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            yield from ((f"{entry.pattern}{rest}", view) for rest, view in routed_views(entry))
        elif isinstance(entry, URLPattern):
            yield str(entry.pattern), entry.callback


def api_view_class(view: Any) -> type[APIView] | None:
    """The DRF class behind a routed callable; None for a plain Django view."""
    found = getattr(view, "cls", None) or getattr(view, "view_class", None)
    return found if isinstance(found, type) and issubclass(found, APIView) else None


def missing_rules(view: type[APIView], given: dict[str, Any]) -> list[str]:
    """What the view does not state: its permission, its throttle scope (`given` to `as_view`), and,
    when it changes something, the base that carries a change out once."""
    owner = next(base for base in view.__mro__ if "permission_classes" in vars(base))
    states_permission = not owner.__module__.startswith(("rest_framework", "drf_spectacular"))
    problems = []
    if "permission_classes" not in given and not states_permission:
        problems.append("permission_classes")
    scope = given.get("throttle_scope", getattr(view, "throttle_scope", None))
    if scope not in settings.THROTTLE_RATES or not view.throttle_classes:
        problems.append("throttle_scope")
    changes = any(hasattr(view, method.lower()) for method in UNSAFE_METHODS)
    if changes and not issubclass(view, ApiView):
        problems.append("ApiView as its base")
    return problems


@checks.register(checks.Tags.urls)
def check_api_rules(
    app_configs: Iterable[AppConfig] | None,  # noqa: ARG001  (signature of Django's checks)
    **_: Any,
) -> list[checks.CheckMessage]:
    """Every API view states its permission and a known throttle scope."""
    found: list[checks.CheckMessage] = []
    for address, callback in routed_views(get_resolver()):
        view = api_view_class(callback)
        if view is None:
            continue
        problems = missing_rules(view, getattr(callback, "initkwargs", {}))
        found.extend(
            checks.Error(f"{view.__qualname__} at {address} states no {name}.", id="core.E002")
            for name in problems
        )
    return found
