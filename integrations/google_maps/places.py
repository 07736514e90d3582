"""Place searches with Google Maps: autocompletion and details."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any, TypeVar

import structlog
from django.conf import settings

from core.errors import Retryable
from core.http import NoReply, NotSent, Reply, outbound_client, retry_reads
from integrations.google_maps.answers import Answer, place_in, suggestions_in
from settings_modules.locations.errors import (
    PlaceQuotaSpent,
    PlaceSearchNotConfigured,
    PlaceSearchUnavailable,
    PlaceUnknown,
)
from settings_modules.locations.places.port import PlaceDetails, PlaceSuggestion

log = structlog.get_logger(__name__)
Found = TypeVar("Found")

NAME = "google"
_FIELDS = "place_id,formatted_address,name,geometry,address_components"
_QUOTA = frozenset({"OVER_QUERY_LIMIT", "OVER_DAILY_LIMIT"})
_NOTHING = frozenset({"ZERO_RESULTS", "NOT_FOUND"})
#: A second try is worth it; there is no third while somebody waits.
_TRIES = 2
_QUOTA_RETRY_SECONDS = 3600
_AWAY_RETRY_SECONDS = 30


class _Passing(Retryable):
    """Google says that it may work the next time."""


class GooglePlaces:
    """The provider for installations with a key of Google's."""

    name = NAME

    def __init__(self, *, key: str, url: str) -> None:
        self._key = key
        self._url = url.rstrip("/")

    def search(
        self, text: str, *, country: str, language: str, limit: int
    ) -> list[PlaceSuggestion]:
        """Places of every kind, mills and ports included, in any country or in the one given."""
        asked = {"input": text, "language": language}
        if country:
            asked["components"] = f"country:{country.lower()}"
        answer = self._ask("autocomplete", asked)
        found = [] if answer is None else _read(answer, suggestions_in)
        return found[:limit]

    def details(self, place_id: str) -> PlaceDetails:
        """The place with its names in English and Arabic: two requests. Raises PlaceUnknown."""
        asked = {"place_id": place_id, "fields": _FIELDS}
        answer = self._ask("details", {**asked, "language": "en"})
        if answer is None:
            raise PlaceUnknown(field="place_id")
        place = _read(answer, place_in)
        return replace(place, name_ar=self._arabic_name(place))

    def _arabic_name(self, place: PlaceDetails) -> str:
        asked = {"place_id": place.place_id, "fields": "place_id,name", "language": "ar"}
        answer = self._ask("details", asked)
        name = "" if answer is None else _read(answer, place_in).name_en
        return "" if name == place.name_en else name

    def _ask(self, what: str, asked: dict[str, str]) -> Answer | None:
        """Google's answer; None when it knows no such place."""
        try:
            return retry_reads(lambda: self._ask_once(what, asked), attempts=_TRIES)
        except (NoReply, NotSent, _Passing) as error:
            log.warning("place_search_failed", asked=what, reason=str(error))
            raise PlaceSearchUnavailable(retry_after=_AWAY_RETRY_SECONDS) from error

    def _ask_once(self, what: str, asked: dict[str, str]) -> Answer | None:
        client = outbound_client(name=NAME, timeout_seconds=settings.GOOGLE_MAPS_TIMEOUT_SECONDS)
        reply = client.send(
            "GET",
            f"{self._url}/maps/api/place/{what}/json",
            params={**asked, "key": self._key},
        )
        answer = _answer_in(reply)
        status = answer.get("status")
        if status == "OK":
            return answer
        if status in _NOTHING:
            return None
        if status == "INVALID_REQUEST" and what == "details":
            # So it calls an id that is none of its own.
            return None
        raise _refusal(str(status))


def _answer_in(reply: Reply) -> Answer:
    if reply.status == 429:
        raise PlaceQuotaSpent(retry_after=_QUOTA_RETRY_SECONDS)
    if reply.status in {401, 403}:
        raise _refusal("REQUEST_DENIED")
    if reply.status != 200:
        raise _Passing(f"HTTP {reply.status}")
    try:
        answer: Any = json.loads(reply.content)
    except ValueError as error:
        raise _Passing("the answer is no JSON") from error
    if not isinstance(answer, dict):
        raise _Passing("the answer is no object")
    return answer


def _refusal(status: str) -> Exception:
    if status in _QUOTA:
        log.warning("place_search_quota_spent", status=status)
        return PlaceQuotaSpent(retry_after=_QUOTA_RETRY_SECONDS)
    if status == "REQUEST_DENIED":
        log.error("place_search_key_refused")
        return PlaceSearchNotConfigured(field="provider", provider=NAME)
    return _Passing(f"status {status[:40]}")


def _read(answer: Answer, reader: Callable[[Answer], Found]) -> Found:
    try:
        return reader(answer)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        log.error("place_answer_not_understood", reason=repr(error)[:200])
        raise PlaceSearchUnavailable(retry_after=_AWAY_RETRY_SECONDS) from error
