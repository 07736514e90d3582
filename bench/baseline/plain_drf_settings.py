"""Tradepost's settings with plain DRF's views and next to no middleware."""

# ruff: noqa: F403, F405
from config.settings import *

ROOT_URLCONF = "bench.baseline.plain_drf"
INSTALLED_APPS = [
    "bench.baseline.accounts.AccountsWithoutMiddleware" if name == "allauth.account" else name
    for name in INSTALLED_APPS
]
MIDDLEWARE = ["django.middleware.common.CommonMiddleware"]
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_PERMISSION_CLASSES": [],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "UNAUTHENTICATED_USER": None,
}
