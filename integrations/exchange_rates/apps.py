"""Rates of the European Central Bank, for installations that switch them on."""

from django.apps import AppConfig
from django.conf import settings


class ExchangeRatesConfig(AppConfig):
    name = "integrations.exchange_rates"
    label = "exchange_rates"
    verbose_name = "Exchange rates"

    def ready(self) -> None:
        """Register the provider when it is switched on."""
        from integrations.exchange_rates.ecb import EcbRates  # noqa: PLC0415  (needs the apps)
        from settings_modules.commodities.exchange.registry import (  # noqa: PLC0415
            register_rate_provider,
        )

        if settings.ECB_RATES:
            register_rate_provider(EcbRates(url=settings.ECB_RATES_URL))
