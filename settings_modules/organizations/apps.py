from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OrganizationsConfig(AppConfig):
    name = "settings_modules.organizations"
    label = "organizations"
    verbose_name = _("Organizations")

    def ready(self) -> None:
        """Declare the events, and say which organization holds and which accounts it sees."""
        from core.identity.models import ApiToken, User  # noqa: PLC0415  (needs the models)
        from core.saved_filters.models import SavedFilter  # noqa: PLC0415  (needs the models)
        from core.tenancy import declare_visibility, register_organizations  # noqa: PLC0415
        from settings_modules.commodities.exchange.pivots import (  # noqa: PLC0415
            register_base_currency,
        )
        from settings_modules.organizations import (  # noqa: PLC0415
            bank_records,
            events,
            imports,
            masters,
            year_declarations,
        )
        from settings_modules.organizations.selectors import (  # noqa: PLC0415
            base_currency,
            memberships,
        )

        for part in (events, year_declarations, masters, bank_records, imports):
            part.declare()
        register_organizations(memberships.find_organization, plan=memberships.plan_held)
        register_base_currency(base_currency.base_currency_in_force)
        declare_visibility(User, memberships.seen_accounts)
        declare_visibility(ApiToken, memberships.seen_tokens)
        declare_visibility(SavedFilter, memberships.seen_shared_filters)
