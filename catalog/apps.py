from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CatalogConfig(AppConfig):
    name = "catalog"
    verbose_name = _("Catalogue")

    def ready(self) -> None:
        """Declare events, who hears them, what was sold, what holds years up, what merges."""
        from catalog import events, masters, subscribers  # noqa: PLC0415  (needs the models)
        from catalog.selectors.turnover import order_turnover  # noqa: PLC0415
        from catalog.selectors.year_end import open_orders  # noqa: PLC0415
        from settings_modules.organizations.closing_checks import (  # noqa: PLC0415
            declare_closing_check,
        )
        from settings_modules.organizations.selectors.turnover import (  # noqa: PLC0415
            register_turnover,
        )

        events.declare()
        masters.declare()
        subscribers.register()
        declare_closing_check("orders_open", _("Orders neither shipped nor cancelled"), open_orders)
        register_turnover(order_turnover)
