"""The settings of a server without what core does to each request. For the benchmark alone."""

# ruff: noqa: F403, F405  (a variant of the settings, and nothing else)
from django.core.exceptions import ImproperlyConfigured

from config.settings import *

if IS_PRODUCTION:
    raise ImproperlyConfigured("bench.without_core_settings is no setting for production")

#: Request id, log, metrics, actor, organization, notes on sessions, guards at the doors.
CORE_MIDDLEWARE = frozenset(
    {
        "config.response_headers.ResponseHeaders",
        "config.body_limits.BodyLimit",
        "core.middleware.ContextMiddleware",
        "core.operations.request_log.RequestLogMiddleware",
        "core.middleware.ActorMiddleware",
        "config.sign_in.middleware.SessionNotes",
        "config.sign_in.middleware.SignInGuard",
        "config.sign_in.middleware.SecondFactorGate",
    }
)
MIDDLEWARE = [name for name in MIDDLEWARE if name not in CORE_MIDDLEWARE]
REST_FRAMEWORK = {**REST_FRAMEWORK, "DEFAULT_THROTTLE_CLASSES": []}
