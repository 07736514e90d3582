"""The core application: capabilities that every other application uses."""

from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "core"
    verbose_name = "Core"

    def ready(self) -> None:
        """Carry the context into Celery tasks and listen to the libraries' own signals."""
        from core import celery_context  # noqa: F401, PLC0415  (connects on import)
