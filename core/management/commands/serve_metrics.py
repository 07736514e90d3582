"""`manage.py serve_metrics`: what Prometheus asks for, on an internal port."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from core.operations.metrics_server import PATH, metrics_server


class Command(BaseCommand):
    """Serves until it is stopped, on TRADEPOST_METRICS_HOST and TRADEPOST_METRICS_PORT."""

    help = "Serve /metrics for Prometheus."

    def handle(self, *args: Any, **options: Any) -> None:
        host, port = settings.METRICS_HOST, settings.METRICS_PORT
        if not port:
            raise CommandError("TRADEPOST_METRICS_PORT is not set")
        with metrics_server(host, port) as server:
            self.stdout.write(f"http://{host}:{server.server_port}{PATH}")
            self.stdout.flush()
            server.serve_forever()
