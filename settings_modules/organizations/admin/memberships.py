"""Who works for which organization, as what, and until when."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.auth.models import Group
from django.db import models
from django.db.models import Count, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from core.admin.base import BaseAdmin, BaseTabularInline, Values, display
from core.admin.groups import GroupAdmin
from core.admin.users import UserAdmin
from core.tenancy import visible_rows
from settings_modules.organizations.admin.membership_forms import (
    MembershipForm,
    role_field,
    shown_role,
    state_badge,
)
from settings_modules.organizations.models import Membership
from settings_modules.organizations.services.memberships import change_membership, grant_role


class MembershipDoor:
    """What the page and the tabs share: the inputs, the state, the services."""

    form = MembershipForm

    def get_queryset(self, request: HttpRequest) -> QuerySet[Membership]:
        rows: QuerySet[Membership] = super().get_queryset(request)  # type: ignore[misc]
        return rows.select_related("user", "organization", "role")

    def get_autocomplete_fields(self, request: HttpRequest) -> list[str]:
        """People are searched; roles are few and explained beside the choice."""
        return ["user"]

    def formfield_for_foreignkey(
        self, db_field: models.ForeignKey[Any, Any], request: HttpRequest, **kwargs: Any
    ) -> Any:
        if db_field.name == "role":
            return role_field(db_field)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)  # type: ignore[misc]

    @display(description=_("state"))
    def state(self, obj: Membership) -> str:
        return state_badge(obj) if obj.pk else "—"

    def create_row(self, obj: Membership, values: Values) -> Membership:
        times = {
            name: value
            for name, value in values.items()
            if name in {"valid_from", "valid_until", "is_active"}
        }
        return grant_role(user=obj.user, organization=obj.organization, role=obj.role, values=times)

    def update_row(self, obj: Membership, values: Values) -> None:
        change_membership(membership=obj, values=values, expected_version=obj.version)


class PeopleInline(MembershipDoor, BaseTabularInline):
    """The people of an organization."""

    model = Membership
    verbose_name_plural = _("People")
    fields = ("user", "role", "valid_from", "valid_until", "is_active", "state")
    readonly_fields = ("state",)
    show_change_link = True


class RolesInline(MembershipDoor, BaseTabularInline):
    """The roles of a person, organization by organization."""

    model = Membership
    verbose_name_plural = _("Roles in organizations")
    fields = ("organization", "role", "valid_from", "valid_until", "is_active", "state")
    readonly_fields = ("state",)
    show_change_link = True

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """`obj` is the account: a new one is stored before it is given roles."""
        return obj is not None and super().has_view_permission(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return obj is not None and super().has_change_permission(request, obj)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return obj is not None and super().has_add_permission(request, obj)


@admin.register(Membership)
class MembershipAdmin(MembershipDoor, BaseAdmin):
    """Every role given, the ended ones included."""

    list_display = ("user", "organization", "shown_role", "valid_from", "valid_until", "state")
    list_filter = ("organization", "role", "is_active", "valid_until")
    search_fields = ("user__email", "user__full_name")
    ordering = ("organization", "user", "role")
    fieldsets = (
        (None, {"fields": (("user", "organization"), "role")}),
        (None, {"fields": ("valid_from", "valid_until", ("is_active", "state"))}),
    )
    readonly_fields = ("state",)
    empty_text = _(
        "Give the first person a role: without one, staff see nothing of an organization."
    )

    @display(description=_("role"), ordering="role")
    def shown_role(self, obj: Membership) -> str:
        return shown_role(obj)


admin.site.unregister(Group)


@admin.register(Group)
class RoleAdmin(GroupAdmin):
    """Roles with everybody who holds them, in the organizations that the person sees."""

    def get_queryset(self, request: HttpRequest) -> QuerySet[Group]:
        held = visible_rows(Membership.objects.holding(), request.user).filter(role=OuterRef("pk"))
        people = held.order_by().values("role").annotate(people=Count("user", distinct=True))
        count = Subquery(people.values("people"), output_field=IntegerField())
        return super().get_queryset(request).annotate(holders=Coalesce(count, 0))

    @display(description=_("people"))
    def member_count(self, obj: Group) -> int:
        return super().member_count(obj) + int(getattr(obj, "holders", 0))


# Accounts belong to core, which knows no organizations: their page is given the tab from here.
UserAdmin.inlines = (*UserAdmin.inlines, RolesInline)
