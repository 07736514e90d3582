from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LocationsConfig(AppConfig):
    name = "settings_modules.locations"
    label = "locations"
    verbose_name = _("Locations")

    def ready(self) -> None:
        """Add to the registries."""
        # These need the models.
        from settings_modules.locations import declarations, imports, masters  # noqa: PLC0415

        for part in (declarations, masters, imports):
            part.declare()
