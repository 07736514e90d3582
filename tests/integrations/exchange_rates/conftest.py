from __future__ import annotations

from collections.abc import Iterator

import pytest

from integrations.exchange_rates.ecb import EcbRates
from settings_modules.commodities.exchange.registry import (
    forget_rate_provider,
    register_rate_provider,
)
from tests.integrations.exchange_rates.stand_in import Answering, start


@pytest.fixture
def ecb(settings) -> Iterator[Answering]:
    """A stand-in for the European Central Bank, which is asked for rates."""
    settings.ECB_RATES_TIMEOUT_SECONDS = 3.0
    answering = Answering()
    server, url = start(answering)
    register_rate_provider(EcbRates(url=url))
    yield answering
    forget_rate_provider("ecb")
    server.shutdown()
    server.server_close()
