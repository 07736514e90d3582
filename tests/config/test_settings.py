"""Settings are read and typed at the start; a bad environment is told whole."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from django.conf import settings

from config.settings.background import broker_url
from config.settings.cache import database_url


def _start(**variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", "import django; django.setup()"],
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "config.settings"} | variables,
        capture_output=True,
        text=True,
        check=False,
    )


def test_every_error_of_the_environment_listed_at_once():
    started = _start(
        TRADEPOST_ENVIRONMENT="somewhere",
        TRADEPOST_TRUSTED_PROXY_COUNT="many",
        ZOHO_GUARD_SHARE="half",
    )
    assert started.returncode != 0
    for name in ("TRADEPOST_ENVIRONMENT", "TRADEPOST_TRUSTED_PROXY_COUNT", "ZOHO_GUARD_SHARE"):
        assert name in started.stderr


def test_production_without_secrets_does_not_start():
    bare = {name: "" for name in os.environ if name.startswith("TRADEPOST_")}
    started = _start(**bare | {"TRADEPOST_ENVIRONMENT": "production"})
    assert started.returncode != 0
    assert "TRADEPOST_SECRET_KEY" in started.stderr


@pytest.mark.parametrize(
    ("base", "cache", "queue"),
    [
        (
            "unix:///run/valkey.sock",
            "unix:///run/valkey.sock?db=1",
            "redis+socket:///run/valkey.sock?virtual_host=2",
        ),
        ("redis://host:6379", "redis://host:6379/1", "redis://host:6379/2"),
        ("redis://host:6379/", "redis://host:6379/1", "redis://host:6379/2"),
    ],
)
def test_cache_and_queue_have_databases_of_their_own(base, cache, queue):
    assert (database_url(base, 1), broker_url(base, 2)) == (cache, queue)


def test_every_endpoint_scope_has_a_rate():
    assert all(rate > 0 for rate in settings.THROTTLE_RATES.values())
