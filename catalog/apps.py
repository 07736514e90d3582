from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CatalogConfig(AppConfig):
    name = "catalog"
    verbose_name = _("Catalogue")

    def ready(self) -> None:
        """Declare the catalogue's events and who hears them."""
        from catalog import events, subscribers  # noqa: PLC0415  (models must be loaded first)

        events.declare()
        subscribers.register()
