from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PartnersConfig(AppConfig):
    name = "settings_modules.partners"
    label = "partners"
    verbose_name = _("Business partners")

    def ready(self) -> None:
        """Declare the events of partners, and how they leave use."""
        from settings_modules.partners import events, masters  # noqa: PLC0415  (needs the models)

        events.declare()
        masters.declare()
