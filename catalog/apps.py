from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CatalogConfig(AppConfig):
    name = "catalog"
    verbose_name = _("Catalogue")

    def ready(self) -> None:
        """Declare the events, who hears them, what was sold, and what keeps a year from closing."""
        from catalog import events, subscribers  # noqa: PLC0415  (models must be loaded first)
        from catalog.selectors.turnover import order_turnover  # noqa: PLC0415
        from catalog.selectors.year_end import open_orders  # noqa: PLC0415
        from settings_modules.organizations.closing_checks import (  # noqa: PLC0415
            declare_closing_check,
        )
        from settings_modules.organizations.selectors.turnover import (  # noqa: PLC0415
            register_turnover,
        )

        events.declare()
        subscribers.register()
        declare_closing_check("orders_open", _("Orders neither shipped nor cancelled"), open_orders)
        register_turnover(order_turnover)
