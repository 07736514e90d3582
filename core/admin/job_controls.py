"""Cancelling and starting again a background run, on every page that shows one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from core.admin.action_page import ActionPage
from core.admin.base import ActionVariant, BaseAdmin, action
from core.jobs.control import cancel_job, retry_job
from core.jobs.models import Job
from core.jobs.registry import kind_label
from core.jobs.selectors import allowed_actions, may_control


class JobControls(BaseAdmin):
    """A page whose rows are jobs or have one: buttons to cancel it and to start it again."""

    actions_detail = ("cancel_page", "retry_page")

    def job_of(self, obj: Any) -> Job:
        """The row's job; here the row itself."""
        job: Job = obj
        return job

    def get_actions_detail(self, request: HttpRequest, object_id: Any) -> list[Any]:
        """What this person may do with the run in its present state."""
        obj = self.get_object(request, object_id)
        allowed = allowed_actions(request.user, self.job_of(obj)) if obj else []
        offered: list[Any] = super().get_actions_detail(request, object_id)
        names = {f"{name}_page" for name in allowed}
        return [button for button in offered if button.method.__name__ in names]

    @action(
        description=_("Cancel"),
        url_path="cancel",
        icon="cancel",
        variant=ActionVariant.DANGER,
    )
    def cancel_page(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Ask once more, then cancel the run."""

        def perform(job: Job) -> str:
            if cancel_job(job=job).is_unfinished:
                return str(_("Its worker stops within seconds."))
            return str(_("Cancelled."))

        return self._ask_once_more(
            request,
            object_id,
            perform,
            title=str(_("Cancel this run")),
            explanation=str(_("What it has already done stays as it is.")),
            submit_label=str(_("Cancel this run")),
            is_dangerous=True,
        )

    @action(description=_("Start again"), url_path="retry", icon="replay")
    def retry_page(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Ask once more, then queue the same work as a new run."""

        def perform(job: Job) -> str:
            retry_job(job=job)
            return str(_("Started again as a new run."))

        return self._ask_once_more(
            request,
            object_id,
            perform,
            title=str(_("Start again")),
            explanation=str(_("The same work is queued as a new run; this one stays as it is.")),
            submit_label=str(_("Start again")),
        )

    def _ask_once_more(
        self,
        request: HttpRequest,
        object_id: str,
        perform: Callable[[Job], str],
        **texts: Any,
    ) -> HttpResponse:
        obj = self.get_object(request, object_id)
        if obj is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        job = self.job_of(obj)
        if not may_control(request.user, job.kind):
            raise PermissionDenied
        page = ActionPage(
            back_url=self.page_url("change", obj.pk),
            perform=lambda _values: perform(job),
            facts=[(str(_("job")), kind_label(job.kind))],
            **texts,
        )
        return page.answer(self, request)
