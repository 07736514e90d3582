"""Tradepost's settings with plain DRF's views and next to no middleware."""

# ruff: noqa: F403
from config.settings import *

ROOT_URLCONF = "bench.baseline.plain_drf"
MIDDLEWARE = ["django.middleware.common.CommonMiddleware"]
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_PERMISSION_CLASSES": [],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "UNAUTHENTICATED_USER": None,
}
