"""API tokens: who has them, what they allow, when they were used; issuing and revoking them."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from core.admin.base import BaseAdmin, Values, action
from core.admin.widgets import TextInput
from core.identity.models import ApiToken
from core.identity.tokens import issue_token, revoke_token


class TokenForm(forms.ModelForm):
    """What a new token is asked for; a stored one is not changed, only revoked."""

    days = forms.IntegerField(
        label=_("Days it lives"),
        initial=settings.API_TOKEN_DAYS,
        min_value=1,
        max_value=settings.API_TOKEN_MOST_DAYS,
        widget=TextInput(),
    )

    class Meta:
        model = ApiToken
        fields = ("name", "user", "groups", "allowed_networks")
        widgets: ClassVar[dict[str, Any]] = {"allowed_networks": TextInput}


@admin.register(ApiToken)
class ApiTokenAdmin(BaseAdmin):
    """Tokens of programs."""

    form = TokenForm
    list_display = ("name", "user", "expiry", "last_used_at", "revoked_at")
    list_select_related = ("user",)
    list_filter = ("revoked_at",)
    search_fields = ("name", "token_key", "user__email")
    ordering = ("-id",)
    actions = ("revoke",)
    fieldsets = (
        (
            None,
            {
                "fields": (
                    "name",
                    "user",
                    "groups",
                    "allowed_networks",
                    "token_key",
                    "created",
                    "expiry",
                    "last_used_at",
                    "revoked_at",
                )
            },
        ),
    )
    add_fieldsets = ((None, {"fields": ("name", "user", "groups", "days", "allowed_networks")}),)
    readonly_fields = ("token_key", "created", "expiry", "last_used_at", "revoked_at")
    empty_text = _("Issue a token for each program that calls the API; it is shown once.")

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.fieldsets if obj is not None else self.add_fieldsets

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """One's own token, unless somebody else is chosen."""
        return {**super().get_changeform_initial_data(request), "user": request.user.pk}

    def create_row(self, obj: ApiToken, values: Values) -> ApiToken:
        token, text = issue_token(**values)
        token.shown_once = text
        return token

    def response_add(
        self, request: HttpRequest, obj: ApiToken, post_url_continue: str | None = None
    ) -> HttpResponse:
        """The one time that the token is shown."""
        text = getattr(obj, "shown_once", "")
        note = _now("Copy the token now, it is not shown again: %(token)s") % {"token": text}
        messages.warning(request, note)
        return super().response_add(request, obj, post_url_continue)

    def has_revoke_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm("core.delete_apitoken"))

    @action(description=_("Revoke"), permissions=["revoke"])
    def revoke(self, request: HttpRequest, queryset: QuerySet[ApiToken]) -> None:
        """The tokens chosen stop working at once."""
        self.for_each(
            request,
            queryset,
            lambda row: revoke_token(token=row),
            _("“%(row)s” is revoked."),
        )
