from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OrganizationsConfig(AppConfig):
    name = "settings_modules.organizations"
    label = "organizations"
    verbose_name = _("Organizations")

    def ready(self) -> None:
        """Declare the events."""
        from core.events.row_events import declare_row_events  # noqa: PLC0415  (needs the models)

        declare_row_events("organization", meaning="An organization")
        declare_row_events("document_series", meaning="A document series")
