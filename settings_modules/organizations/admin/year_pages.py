"""What can be done with a financial year now, each on a page that asks first."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from core.admin.action_page import ActionPage, NoQuestions
from core.admin.badges import badge
from core.admin.base import ActionVariant, action
from core.admin.directions import left_to_right
from core.admin.widgets import Switch, TextInput
from settings_modules.organizations.models import FinancialYear, YearStatus
from settings_modules.organizations.selectors.financial_years import (
    CheckedItem,
    closing_checklist,
    year_name,
)
from settings_modules.organizations.selectors.following_years import (
    following_dates,
    following_year,
    planned_series,
)
from settings_modules.organizations.services.financial_years import (
    activate_year,
    lock_year,
    note_audit,
    open_year,
)
from settings_modules.organizations.services.year_end import (
    LONGEST_WAIVER,
    close_year,
    reopen_year,
    roll_forward,
    split_year,
)

Facts = list[tuple[str, str]]
_WAIVER = "waive_"
_KEPT = _("History shows it for good: write no names, phone numbers or addresses.")


class ReasonForm(forms.Form):
    """Why a closed year is opened again."""

    reason = forms.CharField(label=_("Reason"), max_length=200, widget=TextInput(), help_text=_KEPT)


class FollowForm(forms.Form):
    """Whether the following year takes over at once."""

    activate = forms.BooleanField(
        label=_("Make it the active year at once"), required=False, widget=Switch()
    )


class SplitForm(forms.Form):
    """Where the second part begins."""

    at = forms.DateField(
        label=_("First day of the second part"), widget=TextInput(attrs={"type": "date"})
    )


def waiver_form(items: list[CheckedItem]) -> type[forms.Form]:
    """A form that asks for a reason for every unsettled point that may be waived."""
    fields = {
        f"{_WAIVER}{item.code}": forms.CharField(
            label=_("Close although: %(point)s") % {"point": item.label},
            max_length=LONGEST_WAIVER,
            widget=TextInput(attrs={"dir": "auto", "autocomplete": "off"}),
            help_text=_KEPT,
        )
        for item in items
        if not item.is_settled and not item.is_blocking
    }
    return type("WaiverForm", (forms.Form,), fields)


def point_fact(item: CheckedItem) -> tuple[str, str]:
    """A line of the checklist: what was looked for, what was found, and where it is."""
    if item.is_settled:
        return str(item.label), badge(_("nothing found"), "good")
    found = ngettext("%(count)d found", "%(count)d found", item.count) % {"count": item.count}
    tone = "danger" if item.is_blocking else "warning"
    text = format_html('<a class="tp-link" href="{}">{}</a>', item.link, found)
    settle = _("must be settled") if item.is_blocking else _("settle it or give a reason")
    return str(item.label), format_html("{} {}", text, badge(settle, tone))


def span_text(first: Any, last: Any) -> str:
    """The first and the last day, in the reader's way of writing dates."""
    return f"{date_format(first)} – {date_format(last)}"


class YearPages:
    """The pages of a year's detail; which of them are offered depends on its state."""

    actions_detail = (
        *("open_page", "activate_page", "close_page", "audit_page", "audit_back_page"),
        *("roll_page", "split_page", "reopen_page", "lock_page"),
    )

    def get_actions_detail(self, request: HttpRequest, object_id: Any) -> list[Any]:
        """What the year's state allows."""
        offered: list[Any] = super().get_actions_detail(request, object_id)  # type: ignore[misc]
        year = FinancialYear.objects.filter(pk=object_id).first()
        possible = possible_pages(year) if year is not None else set()
        return [each for each in offered if _page_name(each) in possible]

    def has_run_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whoever may change years may open them and make them active."""
        return bool(request.user.has_perm("organizations.change_financialyear"))

    def has_follow_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Rolling forward and splitting make a year."""
        needed = ("organizations.add_financialyear", "organizations.change_financialyear")
        return bool(request.user.has_perms(needed))

    def has_close_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.has_perm("organizations.close_financialyear"))

    def has_reopen_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.has_perm("organizations.reopen_financialyear"))

    @action(description=_("Open year"), url_path="open", permissions=["run"], icon="lock_open")
    def open_page(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Ask, then open the draft."""
        return self._ask(
            request,
            object_id,
            lambda year, _values: open_year(year=year),
            title=_("Open year"),
            explanation=_("Its dates stay as they are from then on."),
            done=_("%(row)s: opened."),
        )

    @action(
        description=_("Make active"), url_path="activate", permissions=["run"], icon="play_arrow"
    )
    def activate_page(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Ask, then number documents in this year."""
        return self._ask(
            request,
            object_id,
            lambda year, _values: activate_year(year=year),
            title=_("Make active"),
            explanation=_("Documents take their numbers in this year from now on."),
            done=_("%(row)s: active from now on."),
        )

    @action(description=_("Close year"), url_path="close", permissions=["close"], icon="checklist")
    def close_page(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Show the checklist, ask for reasons, then close."""
        year = self._year(request, object_id)
        items = closing_checklist(year)
        is_offered = not any(item.is_blocking and not item.is_settled for item in items)

        def close(closing: FinancialYear, values: dict[str, Any]) -> object:
            waivers = {name.removeprefix(_WAIVER): text for name, text in values.items()}
            return close_year(year=closing, waivers=waivers)

        return self._ask(
            request,
            object_id,
            close,
            title=_("Close year"),
            explanation=_("No document takes a number in this year any more."),
            done=_("%(row)s: closed."),
            facts=[point_fact(item) for item in items],
            form_class=waiver_form(items),
            is_offered=is_offered and year.status == YearStatus.OPEN,
        )

    @action(
        description=_("Note the audit"), url_path="audit", permissions=["close"], icon="fact_check"
    )
    def audit_page(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Ask, then note that the audit was done."""
        return self._ask(
            request,
            object_id,
            lambda year, _values: note_audit(year=year),
            title=_("Note the audit"),
            explanation=_("The year was audited; your name and the time are kept with it."),
            done=_("%(row)s: audit noted."),
        )

    @action(
        description=_("Take back the audit note"),
        url_path="audit-back",
        permissions=["close"],
        icon="undo",
    )
    def audit_back_page(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Ask, then take the note back."""
        return self._ask(
            request,
            object_id,
            lambda year, _values: note_audit(year=year, is_noted=False),
            title=_("Take back the audit note"),
            explanation=_("The year was not audited after all."),
            done=_("%(row)s: audit note taken back."),
        )

    @action(
        description=_("Roll forward"),
        url_path="roll-forward",
        permissions=["follow"],
        icon="keyboard_double_arrow_right",
    )
    def roll_page(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Show which series follow and their first numbers, then make them."""
        year = self._year(request, object_id)
        hands_over = year.is_active and year.status != YearStatus.OPEN
        return self._ask(
            request,
            object_id,
            lambda old, values: roll_forward(year=old, activate=values.get("activate", False)),
            title=_("Roll forward"),
            explanation=_(
                "The following year is opened and becomes the active one, because this one is"
                " closed."
            )
            if hands_over
            else _("The following year is opened; this one stays as it is."),
            done=_("%(row)s: rolled forward."),
            facts=roll_facts(year),
            form_class=NoQuestions if hands_over else FollowForm,
        )

    @action(
        description=_("Split year"), url_path="split", permissions=["follow"], icon="call_split"
    )
    def split_page(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Ask where, then split."""
        year = self._year(request, object_id)
        return self._ask(
            request,
            object_id,
            lambda whole, values: split_year(year=whole, at=values["at"]),
            title=_("Split year"),
            explanation=_(
                "This year ends the day before; the second part gets its own series, which count"
                " from 1."
            ),
            done=_("%(row)s: split."),
            facts=[(str(_("days")), span_text(year.start_date, year.end_date))],
            form_class=SplitForm,
        )

    @action(
        description=_("Open again"),
        url_path="reopen",
        permissions=["reopen"],
        icon="settings_backup_restore",
    )
    def reopen_page(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Ask why, then ask a second person."""
        return self._ask(
            request,
            object_id,
            lambda year, values: reopen_year(year=year, reason=values["reason"]),
            title=_("Open again"),
            explanation=_("The year opens once a second person agrees."),
            done=_("%(row)s: a second person is asked."),
            form_class=ReasonForm,
        )

    @action(
        description=_("Lock for good"),
        url_path="lock",
        permissions=["close"],
        icon="lock",
        variant=ActionVariant.DANGER,
    )
    def lock_page(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Ask, then lock."""
        return self._ask(
            request,
            object_id,
            lambda year, _values: lock_year(year=year),
            title=_("Lock for good"),
            explanation=_("Nobody can open a locked year again or change anything of it."),
            done=_("%(row)s: locked for good."),
            is_dangerous=True,
        )

    def _year(self, request: HttpRequest, object_id: str) -> FinancialYear:
        """The year of the address. Raises Http404."""
        page: Any = self
        year: FinancialYear | None = page.get_object(request, object_id)
        return year or page._get_obj_does_not_exist_redirect(request, page.opts, object_id)

    def _ask(
        self,
        request: HttpRequest,
        object_id: str,
        perform: Callable[[FinancialYear, dict[str, Any]], object],
        *,
        title: Any,
        explanation: Any,
        done: Any,
        **more: Any,
    ) -> HttpResponse:
        """The page that asks before `perform` is given the year and what the form held."""
        page: Any = self
        year = self._year(request, object_id)

        def carry_out(values: dict[str, Any]) -> str:
            perform(year, values)
            return str(done % {"row": year})

        return ActionPage(
            title=f"{title}: {year}",
            explanation=str(explanation),
            submit_label=str(title),
            back_url=page.page_url("change", year.pk),
            perform=carry_out,
            **more,
        ).answer(page, request)


def _page_name(offered: Any) -> str:
    """The method behind a button, whose name the theme begins with the model's."""
    return str(offered.action_name.rpartition("_financialyear_")[2])


def possible_pages(year: FinancialYear) -> set[str]:
    """The pages that the year's state allows."""
    if year.status == YearStatus.DRAFT:
        return {"open_page", *({"split_page"} if year.allow_year_split else ())}
    if year.status == YearStatus.CLOSED:
        return {"roll_page", "reopen_page", "lock_page"}
    if year.status == YearStatus.LOCKED:
        return {"roll_page"}
    pages = {"close_page", "roll_page"}
    pages.add("audit_page" if year.audit_noted_at is None else "audit_back_page")
    if not year.is_active:
        pages.add("activate_page")
    if year.allow_year_split:
        pages.add("split_page")
    return pages


def roll_facts(year: FinancialYear) -> Facts:
    """The following year, and each series to come with its first number."""
    following = following_year(year)
    if following is not None:
        name, first, last = following.name, following.start_date, following.end_date
    else:
        first, last = following_dates(year)
        name = year_name(first, last)
    facts: Facts = [(name, span_text(first, last))]
    for planned in planned_series(year, following):
        series = planned.series
        branch = f" · {series.gst_registration}" if series.gst_registration else ""
        label = f"{series.get_document_type_display()}{branch}"
        facts.append((label, left_to_right(planned.first_text)))
    if len(facts) == 1:
        facts.append((str(_("series")), str(_("none that begins anew"))))
    return facts
