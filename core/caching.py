"""Cached public answers, keyed by versions that a change advances.

A version is a number from a PostgreSQL sequence, mirrored to Valkey under its name. It is read
before the body is made and advanced after a change is committed, so an old body can never be
stored under a new version. A lost mirror gets a fresh number: nothing stale comes back.
Without Valkey nothing is cached and every answer is made anew.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from urllib.parse import urlencode

from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response
from django.views.decorators.cache import cache_page

#: Versions outlive every body that was stored under them.
VERSION_SECONDS = 7 * 24 * 3600


def _key(name: str) -> str:
    return f"version:{name}"


def _next_number() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('core_cache_version')")
        number: int = cursor.fetchone()[0]
    return number


def current_versions(names: Sequence[str]) -> list[int] | None:
    """The versions of `names` now, in one round trip; None when Valkey does not answer."""
    keys = [_key(name) for name in names]
    found: dict[str, int] = cache.get_many(keys)
    missing = [key for key in keys if key not in found]
    if missing:
        number = _next_number()
        for key in missing:
            cache.add(key, number, timeout=VERSION_SECONDS)
        found = cache.get_many(keys)
    versions = [found[key] for key in keys if key in found]
    return versions if len(versions) == len(keys) else None


def advance_versions(names: Iterable[str]) -> None:
    """Make every answer stored under the present versions of `names` unreachable.

    Raises RuntimeError when Valkey did not take it, so that the caller is run again.
    """
    number = _next_number()
    values = {_key(name): number for name in names}
    if not values:
        return
    cache.set_many(values, timeout=VERSION_SECONDS)
    last = next(reversed(values))
    seen: int | None = cache.get(last)
    if seen is None or seen < number:
        raise RuntimeError("the cache did not take the new versions")


def etag_of(body: bytes) -> str:
    """A strong ETag over the bytes of the answer."""
    return f'"{hashlib.blake2b(body, digest_size=12).hexdigest()}"'


def cached_answer(
    request: HttpRequest,
    *,
    seconds: int,
    version_names: Sequence[str],
    parameters: dict[str, str],
    build: Callable[[], HttpResponse],
) -> HttpResponseBase:
    """The answer to a public GET: stored by `cache_page` for `seconds`, or made by `build`.

    The key is the path, the canonical `parameters` (already cleaned, unknown ones dropped) and
    the versions of `version_names`; the Host header and all else of the request stay out of it.
    On the wire: `public, no-cache` with an ETag; an `If-None-Match` that fits gets a 304.
    """

    def make(_: HttpRequest) -> HttpResponse:
        response = build()
        if response.status_code == 200:
            response["ETag"] = etag_of(response.content)
        return response

    versions = current_versions(version_names) if settings.RESPONSE_CACHE else None
    if versions is None:
        response = make(request)
    else:
        prefix = ":".join([version_names[0], *map(str, versions)])
        stored = cache_page(seconds, key_prefix=prefix)(make)
        response = stored(_canonical(request, parameters))
    response["Cache-Control"] = "public, no-cache" if response.status_code == 200 else "no-store"
    if "Expires" in response:
        del response["Expires"]
    if response.status_code != 200:
        return response
    conditional: HttpResponseBase | None = get_conditional_response(
        request, etag=response["ETag"], response=response
    )
    return conditional or response


class CanonicalRequest(HttpRequest):
    """A request reduced to what its answer depends on; every Host header is the same."""

    def get_host(self) -> str:
        return "tradepost"


def _canonical(request: HttpRequest, parameters: dict[str, str]) -> HttpRequest:
    bare = CanonicalRequest()
    bare.method = "GET"
    bare.path = bare.path_info = request.path.rstrip("/")
    bare.META = {"QUERY_STRING": urlencode(sorted(parameters.items()))}
    return bare
