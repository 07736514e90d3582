"""Cached public answers, keyed by versions that a change advances.

A version is a number from a PostgreSQL sequence, mirrored to Valkey under its name. It is read
before the body is made and advanced after a change is committed, so an old body can never be
stored under a new version. A lost mirror gets a fresh number: nothing stale comes back. The names
carry the server's run id, so a mirror that a restart brought back counts as lost: it has missed
what changed while it was away.
Without Valkey nothing is cached and every answer is made anew.
"""

from __future__ import annotations

import hashlib
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from urllib.parse import urlencode

from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.http import parse_http_date
from django.views.decorators.cache import cache_page

from core.operations.metrics import count_public_answer
from core.valkey_run import server_run

#: Versions outlive every body that was stored under them.
VERSION_SECONDS = 7 * 24 * 3600


#: A server that is restarted more often than this within one call counts as away.
MOST_RUNS = 3


def _key(run: str, name: str) -> str:
    return f"version:{run}:{name}"


def _next_number() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('core_cache_version')")
        number: int = cursor.fetchone()[0]
    return number


def current_versions(names: Sequence[str]) -> list[int] | None:
    """The versions of `names` now, in one round trip; None when Valkey does not answer."""
    for _ in range(MOST_RUNS):
        run = server_run.id
        versions = _versions_in(run, names)
        if server_run.id == run:
            return versions
    return None


def _versions_in(run: str, names: Sequence[str]) -> list[int] | None:
    keys = [_key(run, name) for name in names]
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
    wanted = list(names)
    if not wanted:
        return
    for _ in range(MOST_RUNS):
        run = server_run.id
        cache.set_many({_key(run, name): number for name in wanted}, timeout=VERSION_SECONDS)
        seen: int | None = cache.get(_key(run, wanted[-1]))
        if server_run.id == run:
            break
    if server_run.id != run or seen is None or seen < number:
        raise RuntimeError("the cache did not take the new versions")


def etag_of(body: bytes) -> str:
    """A strong ETag over the bytes of the answer."""
    return f'"{hashlib.blake2b(body, digest_size=12).hexdigest()}"'


class RecentAnswers:
    """Finished answers that this process made or fetched, the latest used kept.

    In front of what `cache_page` keeps in Valkey and with the same lifetime: the versions in the
    key are read from Valkey for every request, so nothing is shown longer than without it.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._answers: OrderedDict[tuple[object, ...], tuple[float, bytes, str]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: tuple[object, ...]) -> HttpResponse | None:
        """The answer under `key` as a new response; None when there is none or its time is over."""
        with self._lock:
            found = self._answers.get(key)
            if found is None:
                return None
            until, body, etag = found
            if until <= time.time():
                del self._answers[key]
                return None
            self._answers.move_to_end(key)
        return HttpResponse(body, content_type="application/json", headers={"ETag": etag})

    def keep(self, key: tuple[object, ...], response: HttpResponseBase) -> None:
        """Remember a stored 200 until the moment its `Expires` names."""
        if not isinstance(response, HttpResponse) or "Expires" not in response:
            return
        if response.status_code == 200:
            until = parse_http_date(response["Expires"])
            with self._lock:
                self._answers[key] = (until, response.content, response["ETag"])
                while len(self._answers) > self._most:
                    self._answers.popitem(last=False)

    def forget(self) -> None:
        """Drop everything."""
        with self._lock:
            self._answers.clear()


#: A page of 100 products is 60 KB, so at most about 12 MB a process.
recent_answers = RecentAnswers(most=200)


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
        response: HttpResponseBase = make(request)
    else:
        response = _stored_answer(request, seconds, parameters, [version_names[0], *versions], make)
    response["Cache-Control"] = "public, no-cache" if response.status_code == 200 else "no-store"
    if "Expires" in response:
        del response["Expires"]
    if response.status_code != 200 or not isinstance(response, HttpResponse):
        return response
    conditional: HttpResponseBase | None = get_conditional_response(
        request, etag=response["ETag"], response=response
    )
    return conditional or response


def _stored_answer(
    request: HttpRequest,
    seconds: int,
    parameters: dict[str, str],
    version: Sequence[object],
    make: Callable[[HttpRequest], HttpResponse],
) -> HttpResponseBase:
    """From this process, else from Valkey, else made and stored in both."""
    key = (request.path.rstrip("/"), *parameters.items(), *version)
    response: HttpResponseBase | None = recent_answers.get(key)
    if response is not None:
        count_public_answer("process")
        return response
    origin = "valkey"

    def make_and_tell(bare: HttpRequest) -> HttpResponse:
        nonlocal origin
        origin = "made"
        return make(bare)

    stored = cache_page(seconds, key_prefix=":".join(map(str, version)))(make_and_tell)
    response = stored(_canonical(request, parameters))
    recent_answers.keep(key, response)
    count_public_answer(origin)
    return response


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
