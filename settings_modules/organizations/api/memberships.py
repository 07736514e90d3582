"""Who holds which role in an organization."""

from __future__ import annotations

from core.api.staff import Adds, Edits, StaffCollection, StaffSerializer, Values
from settings_modules.organizations.models import Membership
from settings_modules.organizations.services.memberships import (
    MEMBERSHIP_FIELDS,
    change_membership,
    grant_role,
)


class MembershipSerializer(StaffSerializer):
    class Meta:
        model = Membership
        fields = ("id", "version", "user", "organization", "role", *MEMBERSHIP_FIELDS)
        read_only_fields: tuple[str, ...] = ("id", "version")
        # The service gives a role that has ended anew, and the database keeps one row for each.
        validators = ()


class MembershipRecordSerializer(MembershipSerializer):
    """A membership stays the same person's, in the same organization and role."""

    class Meta(MembershipSerializer.Meta):
        read_only_fields = (
            *MembershipSerializer.Meta.read_only_fields,
            "user",
            "organization",
            "role",
        )


class MembershipCollection(Adds, StaffCollection):
    """The roles given, the ended ones included; adding one gives a role."""

    queryset = Membership.objects.order_by("id")
    serializer_class = MembershipSerializer
    filterset_fields = ("user", "organization", "role", "is_active")
    ordering_fields = ("id", "valid_until")

    def create_row(self, values: Values) -> Membership:
        times = {name: value for name, value in values.items() if name in MEMBERSHIP_FIELDS}
        return grant_role(
            user=values["user"],
            organization=values["organization"],
            role=values["role"],
            values=times,
        )


class MembershipRecord(Edits):
    """One role of one person; `is_active: false` takes it back."""

    queryset = Membership.objects.select_related("role")
    serializer_class = MembershipRecordSerializer

    def update_row(self, row: Membership, values: Values, version: int) -> Membership:
        return change_membership(membership=row, values=values, expected_version=version)
