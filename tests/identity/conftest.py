"""Signing in over and over, without hashing passwords for as long as outside."""

from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def _quick_hashes(settings) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
