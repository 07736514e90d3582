from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CatalogConfig(AppConfig):
    name = "catalog"
    verbose_name = _("Catalogue")

    def ready(self) -> None:
        """Declare the catalogue's events and who hears them, and say what was sold."""
        from catalog import events, subscribers  # noqa: PLC0415  (models must be loaded first)
        from catalog.selectors.turnover import order_turnover  # noqa: PLC0415
        from settings_modules.organizations.selectors.turnover import (  # noqa: PLC0415
            register_turnover,
        )

        events.declare()
        subscribers.register()
        register_turnover(order_turnover)
