"""Changes that wait for a second person: what would change, and the decision about it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Case, QuerySet, When
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from core.admin.action_page import ActionPage
from core.admin.badges import badge
from core.admin.base import ActionVariant, BaseAdmin, action, display
from core.admin.widgets import TextInput
from settings_modules.organizations.models import ApprovalRequest, Decision, Organization
from settings_modules.organizations.selectors.approvals import (
    is_overtaken,
    proposed_changes,
    target_of,
    waiting_changes,
)
from settings_modules.organizations.services.approvals import (
    DECIDE,
    agree_to_change,
    refuse_change,
    withdraw_change,
)

DECISION_TONES: dict[str, str] = {
    Decision.WAITING: "warning",
    Decision.AGREED: "good",
    Decision.REFUSED: "danger",
    Decision.WITHDRAWN: "plain",
}


class NoteForm(forms.Form):
    """What the deciding person adds."""

    note = forms.CharField(
        label=_("Note"), max_length=200, required=False, widget=TextInput(attrs={"dir": "auto"})
    )


def waiting_link(organization: Organization) -> str:
    """How many changes wait in the organization, leading to them."""
    # A page shows it more than once, and asks each time.
    known = organization.__dict__
    if "_waiting_count" not in known:
        known["_waiting_count"] = waiting_changes(organization.pk).count()
    count = known["_waiting_count"]
    if not count:
        return str(_("none"))
    address = (
        f"{reverse('admin:organizations_approvalrequest_changelist')}"
        f"?decision__exact=waiting&organization__id__exact={organization.pk}"
    )
    text = ngettext("%(count)d waits", "%(count)d wait", count) % {"count": count}
    return format_html('<a class="tp-link" href="{}">{}</a>', address, badge(text, "warning"))


@admin.register(ApprovalRequest)
class ApprovalRequestAdmin(BaseAdmin):
    """The waiting ones first."""

    list_display = (
        *("kind", "organization", "requested_by", "requested_at", "shown_decision", "decided_by"),
    )
    list_filter = ("decision", "kind", "organization")
    ordering = (Case(When(decision=Decision.WAITING, then=0), default=1), "-id")
    actions_detail = ("agree_page", "refuse_page", "withdraw_page")
    change_form_after_template = "admin/proposed_changes.html"
    fieldsets = (
        (
            None,
            {
                "fields": (
                    ("kind", "organization"),
                    ("shown_target", "reason"),
                    ("requested_by", "requested_at"),
                )
            },
        ),
        (
            _("Decision"),
            {"fields": (("shown_decision", "note"), ("decided_by", "decided_at"))},
        ),
    )
    readonly_fields = ("shown_target", "shown_decision")
    empty_text = _("Changes that need a second person appear here until somebody decides.")

    def get_queryset(self, request: HttpRequest) -> QuerySet[ApprovalRequest]:
        rows = super().get_queryset(request)
        return rows.select_related("organization", "requested_by", "decided_by")

    @display(description=_("decision"), ordering="decision")
    def shown_decision(self, obj: ApprovalRequest) -> str:
        return badge(obj.get_decision_display(), DECISION_TONES[obj.decision])

    @display(description=_("record"))
    def shown_target(self, obj: ApprovalRequest) -> str:
        """The account or year, leading to its page where there is one."""
        target = target_of(obj)
        if target is None:
            return "—"
        if type(target) not in self.admin_site._registry:
            return str(target)
        name = f"admin:organizations_{target._meta.model_name}_change"
        address = reverse(name, args=[target.pk])
        return format_html('<a class="tp-link" href="{}">{}</a>', address, target)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Add what would change."""
        approval: ApprovalRequest | None = context.get("original")
        if approval is not None:
            target = target_of(approval)
            context["proposed"] = proposed_changes(approval, target)
            context["is_overtaken"] = is_overtaken(approval, target)
        response: HttpResponse = super().render_change_form(request, context, *args, **kwargs)
        return response

    def has_decide_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.has_perm(DECIDE))

    def has_withdraw_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whoever asked may take it back."""
        return bool(self.has_view_permission(request))

    def get_actions_detail(self, request: HttpRequest, object_id: Any) -> list[Any]:
        """Who asked may take it back while it waits; others decide."""
        offered: list[Any] = super().get_actions_detail(request, object_id)
        waiting = ApprovalRequest.objects.filter(pk=object_id, decision=Decision.WAITING).first()
        if waiting is None:
            return []
        is_own = waiting.requested_by_id == request.user.pk
        return [each for each in offered if each.action_name.endswith("_withdraw_page") == is_own]

    @action(description=_("Agree"), url_path="agree", permissions=["decide"], icon="check")
    def agree_page(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Show what would change, then carry it out."""
        return self._ask(
            request,
            object_id,
            agree_to_change,
            title=_("Agree"),
            explanation=_("The change is carried out at once."),
            done=_("%(row)s: agreed to and carried out."),
        )

    @action(
        description=_("Refuse"),
        url_path="refuse",
        permissions=["decide"],
        icon="block",
        variant=ActionVariant.DANGER,
    )
    def refuse_page(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Ask, then refuse."""
        return self._ask(
            request,
            object_id,
            refuse_change,
            title=_("Refuse"),
            explanation=_("Everything stays as it is."),
            done=_("%(row)s: refused."),
            is_dangerous=True,
        )

    @action(description=_("Take back"), url_path="withdraw", permissions=["withdraw"], icon="undo")
    def withdraw_page(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Ask, then take the request back."""
        return self._ask(
            request,
            object_id,
            withdraw_change,
            title=_("Take back"),
            explanation=_("Everything stays as it is."),
            done=_("%(row)s: taken back."),
        )

    def _ask(
        self,
        request: HttpRequest,
        object_id: str,
        decide: Callable[..., ApprovalRequest],
        *,
        title: Any,
        explanation: Any,
        done: Any,
        **more: Any,
    ) -> HttpResponse:
        """The page that shows the change and asks before `decide` is called."""
        approval = self.get_object(request, object_id)
        if approval is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)

        def carry_out(values: dict[str, Any]) -> str:
            decide(approval=approval, note=values["note"], expected_version=approval.version)
            return str(done % {"row": approval})

        changes = proposed_changes(approval, target_of(approval))
        return ActionPage(
            title=f"{title}: {approval}",
            explanation=str(explanation),
            submit_label=str(title),
            back_url=self.page_url("change", approval.pk),
            perform=carry_out,
            form_class=NoteForm,
            facts=[(each.label, f"{each.before} → {each.after}") for each in changes],
            **more,
        ).answer(self, request)
