"""The core application: capabilities that every other application uses."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CoreConfig(AppConfig):
    name = "core"
    verbose_name = _("Core")

    def ready(self) -> None:
        """Carry the context into Celery tasks, add the system checks, say what core declares."""
        from core import celery_context, checks  # noqa: F401, PLC0415  (connect on import)
        from core.declarations import declare  # noqa: PLC0415  (models must be loaded first)
        from core.operations.connection_checks import check_pools_cheaply  # noqa: PLC0415
        from core.operations.forks import guard_forks  # noqa: PLC0415  (needs the settings)

        guard_forks()
        check_pools_cheaply()
        declare()
        from core.identity import sign_in_signals  # noqa: PLC0415  (allauth's models must be loaded)

        sign_in_signals.connect()
