"""The Zoho integration: hears of placed and cancelled orders and runs by the clock."""

from django.apps import AppConfig


class ZohoConfig(AppConfig):
    name = "integrations.zoho"
    label = "zoho"
    verbose_name = "Zoho"

    def ready(self) -> None:
        """Add to the registries."""
        from integrations.zoho.declarations import declare  # noqa: PLC0415  (needs the models)

        declare()
