from __future__ import annotations

from collections.abc import Iterator

import pytest

from integrations.google_maps.places import GooglePlaces
from settings_modules.locations.places.registry import forget_provider, register_provider
from tests.integrations.google_maps.stand_in import Answering, start

KEY = "key-of-the-test"


@pytest.fixture
def google(settings) -> Iterator[Answering]:
    """A stand-in for Google Maps, which is the provider in force."""
    settings.GOOGLE_MAPS_TIMEOUT_SECONDS = 3.0
    answering = Answering()
    server, url = start(answering)
    register_provider(GooglePlaces(key=KEY, url=url))
    yield answering
    forget_provider("google")
    server.shutdown()
    server.server_close()
