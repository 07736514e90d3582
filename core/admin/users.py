"""People who sign in."""

from __future__ import annotations

from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django import forms
from django.conf import settings
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm

from core.admin.base import ActionVariant, BaseAdmin, Values, action
from core.admin.erasure import erasure_page
from core.admin.sessions import sessions_page
from core.admin.widgets import Select
from core.identity.accounts import create_user, erase_user, set_password, update_user
from core.identity.models import User

# Accounts have the one address on them; second factors are their owners' own business.
for _model in (EmailAddress, Authenticator, UserSession):
    admin.site.unregister(_model)


class AccountCreationForm(UserCreationForm):
    """E-mail address, name and a first password."""

    class Meta:
        model = User
        fields = ("email", "full_name", "is_staff")
        field_classes: dict[str, Any] = {}


class AccountChangeForm(UserChangeForm):
    """Everything but the password, which has a page of its own."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "preferred_language" in self.fields:
            self.fields["preferred_language"] = forms.ChoiceField(
                label=self.fields["preferred_language"].label,
                choices=settings.LANGUAGES,
                widget=Select(),
            )

    class Meta:
        model = User
        fields = "__all__"
        field_classes: dict[str, Any] = {}


class PasswordForm(AdminPasswordChangeForm):
    """A new password for somebody; the service stores it."""

    def save(self, commit: bool = True) -> User:
        is_unusable = self.cleaned_data.get("set_usable_password") is False
        password = None if is_unusable else self.cleaned_data["password1"]
        return set_password(user=self.user, password=password)


@admin.register(User)
class UserAdmin(BaseAdmin, DjangoUserAdmin):  # type: ignore[misc]
    """Accounts. They are switched off rather than removed, because records name them."""

    form = AccountChangeForm
    add_form = AccountCreationForm
    change_password_form = PasswordForm
    list_display = ("email", "full_name", "is_staff", "is_superuser", "is_active", "last_login")
    list_filter = ("is_staff", "is_superuser", "is_active", "groups")
    search_fields = ("email", "full_name")
    ordering = ("email",)
    filter_horizontal = ()
    readonly_fields = ("last_login", "date_joined")
    fieldsets = (
        (None, {"fields": ("email", "password", "full_name", "phone")}),
        (_("Screen"), {"fields": ("preferred_language", "time_zone")}),
        (
            _("Rights"),
            {"fields": ("is_active", "is_staff", "is_superuser", "groups", "user_permissions")},
        ),
        (_("Times"), {"fields": ("last_login", "date_joined")}),
    )
    add_fieldsets = (
        (None, {"fields": ("email", "full_name", "is_staff", "password1", "password2")}),
    )
    actions_detail = ("sessions", "erase_page")
    empty_text = _("Add the people who may sign in.")

    def get_autocomplete_fields(self, request: HttpRequest) -> list[str]:
        return ["groups", "user_permissions"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Roles and permissions are granted by superusers alone; the service insists on it."""
        powers = () if request.user.is_superuser else ("is_superuser", "groups", "user_permissions")
        return (*self.readonly_fields, *powers)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Superusers are changed by superusers alone, their passwords included."""
        if isinstance(obj, User) and obj.is_superuser and not request.user.is_superuser:
            return False
        return super().has_change_permission(request, obj)

    @action(description=_("Sessions"), url_path="sessions", permissions=["change"], icon="devices")
    def sessions(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Where this person is signed in."""
        user = self.get_object(request, object_id)
        if user is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        if not self.has_change_permission(request, user):
            raise PermissionDenied
        title = gettext("Sessions of %(user)s") % {"user": user}
        return sessions_page(self.admin_site, request, user, title=title)

    @action(
        description=_("Erase personal data"),
        url_path="erase",
        permissions=["change"],
        icon="person_off",
        variant=ActionVariant.DANGER,
    )
    def erase_page(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Ask, then erase who this was."""
        user = self.get_object(request, object_id)
        if user is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        return erasure_page(
            self,
            request,
            user,
            explanation=str(
                _(
                    "Name, e-mail address and phone number are overwritten, the account is switched"
                    " off and signed out. What it did stays recorded under its number."
                )
            ),
            erase=lambda: erase_user(user=user),
        )

    def create_row(self, obj: User, values: Values) -> User:
        fields = {name: values[name] for name in ("email", "full_name", "is_staff")}
        return create_user(password=values["password1"] or None, values=fields)

    def update_row(self, obj: User, values: Values) -> None:
        given = {name: value for name, value in values.items() if name != "password"}
        update_user(user=obj, values=given, expected_version=obj.version)
