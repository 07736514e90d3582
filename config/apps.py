"""The composition root as a Django application: it brings the Celery app up in every process."""

from django.apps import AppConfig


class CompositionConfig(AppConfig):
    name = "config"
    verbose_name = "Composition"

    def ready(self) -> None:
        """Tasks sent by web and command processes go to our queue, not to Celery's default; the
        roles are declared."""
        from config import celery  # noqa: F401, PLC0415  (needs the settings to be loaded)
        from config.roles import ROLES  # noqa: PLC0415
        from core.identity.roles import declare_roles  # noqa: PLC0415

        declare_roles(ROLES)
