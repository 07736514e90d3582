"""What browsers are told: encryption only, and which other sites may call the API."""

import re
from collections.abc import Callable
from urllib.parse import urlsplit

from environs import ValidationError

from .base import IS_PRODUCTION
from .environment import env

# Once told, browsers refuse plain http for a year; below other names, and for good, when asked for.
SECURE_HSTS_INCLUDE_SUBDOMAINS: bool = env.bool("TRADEPOST_HSTS_SUBDOMAINS", False)


def _needs_subdomains(value: bool) -> None:
    if value and not SECURE_HSTS_INCLUDE_SUBDOMAINS:
        raise ValidationError("browsers' lists take only what has TRADEPOST_HSTS_SUBDOMAINS too.")


SECURE_HSTS_PRELOAD: bool = env.bool("TRADEPOST_HSTS_PRELOAD", False, validate=_needs_subdomains)

_ORIGIN = re.compile(r"https?://[a-z0-9.-]+(:[0-9]{1,5})?|https?://\[[0-9a-f:.]+\](:[0-9]{1,5})?")


def origins_checked(*, is_production: bool) -> Callable[[list[str]], None]:
    """Raises ValidationError for anything but whole origins, and for http in production."""

    def check(origins: list[str]) -> None:
        wrong = [origin for origin in origins if not _ORIGIN.fullmatch(origin)]
        if wrong:
            raise ValidationError(f"not origins such as https://shop.example.com: {wrong}.")
        plain = [origin for origin in origins if urlsplit(origin).scheme == "http"]
        if plain and is_production:
            raise ValidationError(f"not encrypted: {plain}.")

    return check


CORS_ALLOWED_ORIGINS: list[str] = env.list(
    "TRADEPOST_CORS_ORIGINS", [], validate=origins_checked(is_production=IS_PRODUCTION)
)
CORS_ALLOW_CREDENTIALS: bool = env.bool("TRADEPOST_CORS_CREDENTIALS", False)
# Also what tells caches that an answer may differ by origin; with no other site it never does.
CORS_URLS_REGEX = r"^/(api|_allauth)/" if CORS_ALLOWED_ORIGINS else r"(?!)"
CORS_ALLOW_METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
CORS_ALLOW_HEADERS = (
    "accept",
    "accept-language",
    "authorization",
    "content-type",
    "idempotency-key",
    "if-match",
    "if-none-match",
    "x-change-reason",
    "x-csrftoken",
    "x-organization",
    "x-request-id",
    "x-session-token",
)
CORS_EXPOSE_HEADERS = (
    "ETag",
    "Idempotency-Replayed",
    "Location",
    "RateLimit-Limit",
    "RateLimit-Remaining",
    "RateLimit-Reset",
    "Retry-After",
    "X-Request-ID",
)
CORS_PREFLIGHT_MAX_AGE = 600
