"""The Zoho integration: hears of placed and cancelled orders and runs by the clock."""

from django.apps import AppConfig


class ZohoConfig(AppConfig):
    name = "integrations.zoho"
    label = "zoho"
    verbose_name = "Zoho"

    def ready(self) -> None:
        """Declare the events, register the subscribers, the checks and the schedules."""
        from core.erasure import declare_working_texts  # noqa: PLC0415  (models must be loaded)
        from core.events.registry import subscribe  # noqa: PLC0415
        from core.events.row_events import declare_row_events  # noqa: PLC0415
        from core.schedules import declare_schedule  # noqa: PLC0415
        from integrations.zoho.models import OrderPush, SyncRun  # noqa: PLC0415
        from integrations.zoho.services import erasure  # noqa: PLC0415
        from integrations.zoho.services.order_push import queue_order_push  # noqa: PLC0415
        from settings_modules.partners.services.erasure import (  # noqa: PLC0415
            declare_erasure_check,
        )

        declare_row_events("zoho_connection", meaning="A connection to Zoho")
        declare_working_texts(OrderPush, "last_error")
        declare_working_texts(SyncRun, "errors")
        declare_erasure_check("zoho.sending", erasure.refuse_while_sending)
        subscribe(
            "zoho.erase_push_errors", ["partner.erased"], erasure.erase_push_errors, prompt=True
        )
        subscribe("zoho.queue_order_push", ["order.placed", "order.cancelled"], queue_order_push)
        for name, task, every_seconds in (
            ("Send orders to Zoho", "zoho.push_orders", 15),
            ("Resume Zoho pulls", "zoho.resume_syncs", 30),
            ("Pull changed products", "zoho.sync_items", 10 * 60),
            ("Pull stock", "zoho.sync_stock", 15 * 60),
            ("Pull prices", "zoho.sync_prices", 6 * 60 * 60),
            ("Pull everything", "zoho.sync_full", 24 * 60 * 60),
        ):
            declare_schedule(name=name, task=task, every_seconds=every_seconds)
