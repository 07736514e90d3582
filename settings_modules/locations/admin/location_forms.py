"""The form of a location: a place that was found, what is here already, opening hours."""

from __future__ import annotations

from typing import Any

from django import forms
from django.forms import ModelForm
from django.urls import reverse
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.admin.widgets import Select
from settings_modules.locations.admin.opening_hours import OpeningHoursField
from settings_modules.locations.models import Location
from settings_modules.locations.places.countries import country_names
from settings_modules.locations.selectors.locations import location_of_place
from settings_modules.locations.selectors.similar import Similar
from settings_modules.locations.services.locations import EDITABLE_FIELDS, similar_to

#: Inputs that only a new location has.
_NEW_ONLY = ("place_provider", "place_id", "reactivate", "confirm_similar")


class CountryField(forms.ChoiceField):
    """A country by its name; what is stored can always be kept."""

    def __init__(self, stored: str) -> None:
        names = sorted((name, code) for code, name in country_names().items())
        choices = [("", "—"), *((code, f"{name} ({code})") for name, code in names)]
        if stored and stored not in country_names():
            choices.append((stored, stored))
        super().__init__(
            choices=choices,
            required=False,
            label=capfirst(str(Location._meta.get_field("country").verbose_name)),
            widget=Select(),
        )


class LocationForm(ModelForm):
    """New locations may be at a place that was found, and are compared with those that are here."""

    place_provider = forms.CharField(required=False, max_length=16, widget=forms.HiddenInput())
    place_id = forms.CharField(required=False, max_length=255, widget=forms.HiddenInput())
    reactivate = forms.BooleanField(
        required=False, label=gettext_lazy("Switch the location that is here on again")
    )
    confirm_similar = forms.BooleanField(
        required=False, label=gettext_lazy("This is another location: add it")
    )
    opening_hours = OpeningHoursField(required=False)

    class Meta:
        model = Location
        fields = EDITABLE_FIELDS

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        #: What the page lists above its inputs.
        self.similar: list[Similar] = []
        self.here: Location | None = None
        self.is_new = self.instance.pk is None
        if not self.is_new:
            for name in _NEW_ONLY:
                del self.fields[name]
        if "opening_hours" in self.fields:
            label = Location._meta.get_field("opening_hours").verbose_name
            self.fields["opening_hours"].label = capfirst(str(label))
        if "code" in self.fields and self.is_new:
            self.fields["code"].required = False
            self.fields["code"].help_text = _("Empty: from the name.")
        if "country" in self.fields:
            self.fields["country"] = CountryField(self.instance.country)

    def clean(self) -> dict[str, Any]:
        """Say what is here already; nothing is added until somebody has answered."""
        values: dict[str, Any] = super().clean() or self.cleaned_data
        if self.is_new and not self.errors:
            self._look_for_the_place(values)
            if self.here is None and not values["confirm_similar"]:
                self._look_for_similar(values)
        return values

    def _look_for_the_place(self, values: dict[str, Any]) -> None:
        if not values["place_id"]:
            return
        here = location_of_place(provider=values["place_provider"], place_id=values["place_id"])
        if here is None or (values["reactivate"] and not here.is_active):
            return
        if values["confirm_similar"]:
            # Another location in the same town: it keeps the address, the place is the first's.
            values |= {"place_provider": "", "place_id": ""}
            return
        self.here = here
        address = reverse("admin:locations_location_change", args=[here.pk])
        link = format_html('<a class="tp-link" href="{}"><bdi>{}</bdi></a>', address, here)
        text = (
            _("This place is here already: {location}.")
            if here.is_active
            else _("This place is here already, switched off: {location}.")
        )
        self.add_error(None, forms.ValidationError(format_html(text, location=link)))

    def _look_for_similar(self, values: dict[str, Any]) -> None:
        names = {field.name for field in Location._meta.concrete_fields}
        row = Location(**{name: value for name, value in values.items() if name in names})
        self.similar = similar_to(row)
        if self.similar:
            self.add_error(None, _("There are similar locations. Is this one of them?"))
