from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CatalogConfig(AppConfig):
    name = "catalog"
    verbose_name = _("Catalogue")

    def ready(self) -> None:
        """Declare the catalogue's events, who hears them, and how its records leave use."""
        from catalog import events, masters, subscribers  # noqa: PLC0415  (needs the models)

        events.declare()
        masters.declare()
        subscribers.register()
