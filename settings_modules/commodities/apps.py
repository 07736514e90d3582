from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CommoditiesConfig(AppConfig):
    name = "settings_modules.commodities"
    label = "commodities"
    verbose_name = _("Commodities")

    def ready(self) -> None:
        """Add to the registries."""
        # They need the models.
        from core.schedules import declare_schedule  # noqa: PLC0415
        from settings_modules.commodities import events, imports, masters  # noqa: PLC0415

        for part in (events, masters, imports):
            part.declare()
        declare_schedule(
            name="Fetch exchange rates",
            task="commodities.fetch_exchange_rates",
            every_seconds=6 * 60 * 60,
        )
