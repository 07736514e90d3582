"""The core application: capabilities that every other application uses."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CoreConfig(AppConfig):
    name = "core"
    verbose_name = _("Core")

    def ready(self) -> None:
        """Carry the context into Celery tasks, add the system checks, say what core declares."""
        from core import celery_context, checks  # noqa: F401, PLC0415  (connect on import)
        from core.erasure import declare_working_texts  # noqa: PLC0415  (models must be loaded)
        from core.events import relay  # noqa: PLC0415
        from core.events.models import EventDelivery  # noqa: PLC0415
        from core.identity import events  # noqa: PLC0415
        from core.jobs.models import Job  # noqa: PLC0415
        from core.webhooks import event_types, fan_out  # noqa: PLC0415
        from core.webhooks.models import WebhookAttempt  # noqa: PLC0415

        events.declare()
        relay.declare()
        declare_working_texts(EventDelivery, "last_error", "discard_reason")
        declare_working_texts(Job, "step", "log_tail", "error", "result")
        declare_working_texts(WebhookAttempt, "answer")
        event_types.declare()
        fan_out.register()
