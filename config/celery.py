"""The Celery application; the schedule lives in the database, where staff edit it."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("tradepost")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(
    [
        "core.events",
        "core.idempotency",
        "core.importing",
        "core.operations",
        "core.uploads",
        "core.webhooks",
        "settings_modules.commodities",
        "integrations.zoho",
    ]
)
