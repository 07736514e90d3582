from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PartnersConfig(AppConfig):
    name = "settings_modules.partners"
    label = "partners"
    verbose_name = _("Business partners")

    def ready(self) -> None:
        """Declare the events."""
        from core.events.row_events import declare_row_events  # noqa: PLC0415  (needs the models)

        declare_row_events("partner", meaning="A business partner")
