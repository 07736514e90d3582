"""The form of a partner: its roles, and what is here already that may be the same."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.admin.checked_numbers import CheckedNumbersForm
from core.admin.widgets import CheckboxList
from core.errors import FieldError
from core.identity.models import User
from core.registration_numbers.checking import checked_values
from settings_modules.partners.enums import PartnerRole
from settings_modules.partners.models import BusinessPartner
from settings_modules.partners.selectors.findings import CONTACT_CHECKS, partner_findings
from settings_modules.partners.selectors.similar import Similar, similar_partners
from settings_modules.partners.services.partners import EDITABLE_FIELDS

_REASONS = {
    "name": gettext_lazy("name"),
    "phone": gettext_lazy("phone"),
    "email": gettext_lazy("e-mail"),
    "gstin": "GSTIN",
}


class PartnerForm(CheckedNumbersForm):
    """New partners are compared with those that are here."""

    checked = frozenset({"email", "pan", "currency"})
    decided = frozenset({"roles"})

    roles = forms.MultipleChoiceField(
        choices=PartnerRole.choices,
        label=gettext_lazy("Roles"),
        widget=CheckboxList(),
        initial=[PartnerRole.CUSTOMER],
    )
    confirm_similar = forms.BooleanField(
        required=False, label=gettext_lazy("This is another partner: add it")
    )

    class Meta:
        model = BusinessPartner
        fields = EDITABLE_FIELDS

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        #: What the page lists above its inputs, each with what is the same.
        self.similar: list[tuple[Similar, str]] = []
        self.is_new = self.instance.pk is None
        if not self.is_new:
            del self.fields["confirm_similar"]
            self._keep_salesperson()

    def found(self) -> list[FieldError]:
        return partner_findings(self.instance)

    def clean(self) -> dict[str, Any]:
        """Say what is here already; nothing is added until somebody has answered."""
        values: dict[str, Any] = super().clean() or self.cleaned_data
        if self.is_new and not self.errors and not values["confirm_similar"]:
            told = {name: str(values.get(name) or "") for name in ("phone", "email")}
            known = checked_values(told, CONTACT_CHECKS, is_legacy=True)
            names = [values.get(name) or "" for name in ("name", "name_ar", "legal_name")]
            found = similar_partners(names=names, phone=known["phone"], email=known["email"])
            self.similar = [(each, _in_words(each.reasons)) for each in found]
            if self.similar:
                self.add_error(None, _("There are similar partners. Is this one of them?"))
        return values

    def _keep_salesperson(self) -> None:
        """A partner may be served by somebody of a company that the person does not see."""
        field: Any = self.fields.get("salesperson")
        key = self.instance.salesperson_id
        if field is not None and key is not None:
            seen = field.queryset.values("pk")
            field.queryset = User.objects.filter(Q(pk__in=seen) | Q(pk=key))


def _in_words(reasons: list[str]) -> str:
    return ", ".join(str(_REASONS[reason]) for reason in reasons)
