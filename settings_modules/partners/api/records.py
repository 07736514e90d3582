"""What is on record about partners, for staff: flat lists, those of one partner, and each row."""

from __future__ import annotations

from typing import Any, ClassVar

from drf_spectacular.utils import OpenApiExample, extend_schema
from drf_spectacular.utils import extend_schema_view as describe
from rest_framework.filters import SearchFilter
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.staff import Adds, Edits, Removes, StaffCollection, Values
from core.errors import NotFound
from core.tenancy import visible_rows
from settings_modules.partners.api.serializers import (
    AddressRecordSerializer,
    AddressSerializer,
    ContactRecordSerializer,
    ContactSerializer,
    PartnerRegistrationRecordSerializer,
    PartnerRegistrationSerializer,
)
from settings_modules.partners.models import (
    BusinessPartner,
    PartnerAddress,
    PartnerContact,
    PartnerGstRegistration,
)
from settings_modules.partners.services.addresses import (
    add_address,
    remove_address,
    update_address,
)
from settings_modules.partners.services.contacts import (
    add_contact,
    remove_contact,
    update_contact,
)
from settings_modules.partners.services.gst_registrations import (
    add_gst_registration,
    remove_gst_registration,
    update_gst_registration,
)


def example(name: str, value: dict[str, Any]) -> Any:
    """Shows in the schema what is sent to add a record."""
    return extend_schema(examples=[OpenApiExample(name, request_only=True, value=value)])


class RecordList(StaffCollection):
    """Rows that belong to partners, searched in `search_fields`."""

    filter_backends: Any = (*StaffCollection.filter_backends, SearchFilter)


class BelowPartner(RecordList):
    """The records of the partner in the address."""

    def get(  # type: ignore[override]  # the address names the partner
        self,
        request: Request,
        id: int,  # noqa: A002
    ) -> Response:
        return self.list(request)

    def get_queryset(self) -> Any:
        rows = super().get_queryset()
        if getattr(self, "swagger_fake_view", False):
            return rows
        key = self.kwargs["id"]
        seen = visible_rows(BusinessPartner.objects.filter(pk=key), self.request.user)
        if not seen.exists():
            raise NotFound()
        return rows.filter(partner_id=key)


class ContactList(RecordList):
    queryset = PartnerContact.objects.defer("search_text").order_by("id")
    serializer_class = ContactSerializer
    filterset_fields: ClassVar[Any] = ("partner", "phone", "email", "is_primary", "is_active")
    search_fields = ("name", "job_title", "phone", "email")
    ordering_fields = ("id", "name")


@describe(
    post=example(
        "A buyer",
        {"partner": 7, "name": "Asha Rao", "job_title": "Buyer", "phone": "+912226543210"},
    )
)
class ContactCollection(Adds, ContactList):
    """The people at partners; the first active one of each is the primary contact by itself."""

    def create_row(self, values: Values) -> PartnerContact:
        given = dict(values)
        return add_contact(partner=given.pop("partner"), values=given)


class ContactsOfPartner(BelowPartner, ContactList):
    """The contacts of one partner."""

    filterset_fields: ClassVar[Any] = ("phone", "email", "is_primary", "is_active")


class ContactRecord(Edits, Removes):
    """One contact. The primary one steps back when another becomes it."""

    queryset = PartnerContact.objects.defer("search_text")
    serializer_class = ContactRecordSerializer

    def update_row(self, row: PartnerContact, values: Values, version: int) -> PartnerContact:
        return update_contact(contact=row, values=values, expected_version=version)

    def delete_row(self, row: PartnerContact, version: int) -> None:
        remove_contact(contact=row, expected_version=version)


class AddressList(RecordList):
    queryset = PartnerAddress.objects.defer("search_text").order_by("id")
    serializer_class = AddressSerializer
    filterset_fields: ClassVar[Any] = (
        *("partner", "city", "state", "pincode", "country"),
        *("is_billing_default", "is_shipping_default", "is_active"),
    )
    search_fields = ("label", "recipient", "line1", "line2", "city", "state", "pincode")
    ordering_fields = ("id", "city", "state")


@describe(
    post=example(
        "A mill",
        {
            "partner": 7,
            "label": "Main mill",
            "line1": "12 Mill Road",
            "city": "Nagpur",
            "state": "Maharashtra",
            "pincode": "440001",
            "country": "IN",
            "is_shipping_default": True,
        },
    )
)
class AddressCollection(Adds, AddressList):
    """The addresses of partners; the first active one of each is both defaults by itself."""

    def create_row(self, values: Values) -> PartnerAddress:
        given = dict(values)
        return add_address(partner=given.pop("partner"), values=given)


class AddressesOfPartner(BelowPartner, AddressList):
    """The addresses of one partner."""

    filterset_fields: ClassVar[Any] = AddressList.filterset_fields[1:]


class AddressRecord(Edits, Removes):
    """One address. A default one steps back when another becomes it."""

    queryset = PartnerAddress.objects.defer("search_text")
    serializer_class = AddressRecordSerializer

    def update_row(self, row: PartnerAddress, values: Values, version: int) -> PartnerAddress:
        return update_address(address=row, values=values, expected_version=version)

    def delete_row(self, row: PartnerAddress, version: int) -> None:
        remove_address(address=row, expected_version=version)


class RegistrationList(RecordList):
    queryset = PartnerGstRegistration.objects.select_related("partner").order_by("id")
    serializer_class = PartnerRegistrationSerializer
    filterset_fields: ClassVar[Any] = ("partner", "gstin", "state", "is_primary", "is_active")
    search_fields = ("gstin", "legal_name", "address", "state")
    ordering_fields = ("id", "gstin", "state")


@describe(post=example("A GSTIN", {"partner": 7, "gstin": "27AAACM1234A1Z8"}))
class RegistrationCollection(Adds, RegistrationList):
    """Where partners are registered; the first active one of each is primary by itself."""

    def create_row(self, values: Values) -> PartnerGstRegistration:
        given = dict(values)
        return add_gst_registration(partner=given.pop("partner"), values=given)


class RegistrationsOfPartner(BelowPartner, RegistrationList):
    """The registrations of one partner."""

    filterset_fields: ClassVar[Any] = ("gstin", "state", "is_primary", "is_active")


class RegistrationRecord(Edits, Removes):
    """One registration. The primary one steps back when another becomes it."""

    queryset = PartnerGstRegistration.objects.select_related("partner")
    serializer_class = PartnerRegistrationRecordSerializer

    def update_row(
        self, row: PartnerGstRegistration, values: Values, version: int
    ) -> PartnerGstRegistration:
        return update_gst_registration(registration=row, values=values, expected_version=version)

    def delete_row(self, row: PartnerGstRegistration, version: int) -> None:
        remove_gst_registration(registration=row, expected_version=version)
