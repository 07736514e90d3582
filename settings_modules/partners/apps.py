from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PartnersConfig(AppConfig):
    name = "settings_modules.partners"
    label = "partners"
    verbose_name = _("Business partners")

    def ready(self) -> None:
        """Declare the events of partners."""
        from settings_modules.partners import events  # noqa: PLC0415  (models must be loaded)

        events.declare()
