from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LocationsConfig(AppConfig):
    name = "settings_modules.locations"
    label = "locations"
    verbose_name = _("Locations")

    def ready(self) -> None:
        """Declare the events and what can be imported."""
        from core.events.row_events import declare_row_events  # noqa: PLC0415  (needs the models)
        from settings_modules.locations import imports  # noqa: PLC0415

        declare_row_events("location", meaning="A location")
        imports.declare()
