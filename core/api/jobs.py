"""Jobs for staff: what runs in the background, how far it is, starting, cancelling, retrying."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.urls import reverse
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.api import jobs_schema as shapes
from core.api.filters import TruthFilter
from core.api.staff import StaffCollection, StaffView
from core.errors import NotFound, PermissionRefused
from core.jobs.control import cancel_job, retry_job, start_job
from core.jobs.models import Job, JobState
from core.jobs.registry import find_job_kind
from core.jobs.selectors import may_control, startable_kinds

#: Seconds after which it is worth asking again about a job that is not finished.
POLL_SECONDS = 2
POLL_HEADER = "X-Poll-After"


class MayViewJobs(BasePermission):
    """Active staff who may view jobs."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        user = request.user
        return bool(user.is_active and user.is_staff and user.has_perm("core.view_job"))


class MayViewOrStartJobs(MayViewJobs):
    """Viewing as above; starting is for staff with the permission of at least one kind."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        if request.method == "POST":
            return bool(startable_kinds(request.user))
        return super().has_permission(request, view)


class ActiveStaff(BasePermission):
    """Active staff; what they may do depends on the job's kind and is asked about that."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        return bool(request.user.is_active and request.user.is_staff)


class JobFilter(filters.FilterSet):  # type: ignore[misc]  # the package has no types
    """By kind, by state, and whether the caller started it."""

    kind = filters.CharFilter()
    state = filters.ChoiceFilter(choices=JobState.choices)
    mine = TruthFilter(method="filter_mine", label="Only those that the caller started.")

    class Meta:
        model = Job
        fields = ("kind", "state", "mine")

    def filter_mine(self, queryset: QuerySet[Job], name: str, value: bool) -> QuerySet[Job]:
        mine = {"actor_id": self.request.user.pk}
        return queryset.filter(**mine) if value else queryset.exclude(**mine)


def _accepted(view: StaffView, job: Job) -> Response:
    """202 with the new job and its address."""
    return Response(
        view.shown(job),
        status=202,
        headers={
            "Location": reverse("api-job", args=[job.pk]),
            "Retry-After": str(POLL_SECONDS),
        },
    )


@extend_schema_view(
    get=extend_schema(
        operation_id="jobs_list",
        summary="Background runs, newest first (staff)",
        responses={200: shapes.ListedJobSerializer(many=True), **shapes.LIST_ERRORS},
        examples=[shapes.LIST_EXAMPLE],
    )
)
class JobListView(StaffCollection):
    """A page of the jobs without their logs, newest first; POST starts one."""

    permission_classes: Any = (MayViewOrStartJobs,)
    queryset = Job.objects.defer("log_tail").order_by("-id")
    serializer_class = shapes.ListedJobSerializer
    filterset_class = JobFilter
    ordering_fields = ("id", "finished_at")

    @extend_schema(
        operation_id="jobs_start",
        summary="Start a background run that needs no parameters (staff)",
        request=shapes.StartSerializer,
        responses={202: shapes.ListedJobSerializer, **shapes.START_ERRORS},
        examples=[shapes.START_EXAMPLE, shapes.STARTED_EXAMPLE],
    )
    def post(self, request: Request) -> Response:
        asked = shapes.StartSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        kind = asked.validated_data["kind"]
        if find_job_kind(kind) is not None and not may_control(request.user, kind):
            raise PermissionRefused()
        return _accepted(self, start_job(kind=kind))


class JobRecordView(StaffView):
    """What one of the views below needs: the job of the address."""

    queryset = Job.objects.all()
    serializer_class = shapes.JobSerializer

    def job(self, key: UUID) -> Job:
        """Raises NotFound."""
        found: Job | None = self.get_queryset().filter(pk=key).first()
        if found is None:
            raise NotFound()
        return found

    def controlled_job(self, request: Request, key: UUID) -> Job:
        """As `job`; raises PermissionRefused without the permission of the job's kind."""
        found = self.job(key)
        if not may_control(request.user, found.kind):
            raise PermissionRefused()
        return found


class JobView(JobRecordView):
    """One job; while it is not finished the answer says when to ask again."""

    permission_classes: Any = (MayViewJobs,)

    @extend_schema(
        operation_id="jobs_read",
        summary="One background run with its log (staff)",
        responses={200: shapes.JobSerializer, **shapes.READ_ERRORS},
        parameters=[shapes.POLL_AFTER],
        examples=[shapes.JOB_EXAMPLE],
    )
    def get(self, request: Request, id: UUID) -> Response:  # noqa: A002  (as in the address)
        job = self.job(id)
        answer = Response(self.get_serializer(job).data)
        if job.is_unfinished:
            answer[POLL_HEADER] = str(POLL_SECONDS)
        return answer


class JobCancelView(JobRecordView):
    """Ends a job that is queued or running; what it has done stays."""

    permission_classes: Any = (ActiveStaff,)

    @extend_schema(
        operation_id="jobs_cancel",
        summary="Cancel a background run (staff)",
        description="200: cancelled. 202: its worker stops within seconds.",
        request=None,
        responses={
            200: shapes.JobSerializer,
            202: shapes.JobSerializer,
            **shapes.CHANGE_ERRORS,
        },
        examples=[shapes.CANCELLED_EXAMPLE],
    )
    def post(self, request: Request, id: UUID) -> Response:  # noqa: A002  (as in the address)
        job = cancel_job(job=self.controlled_job(request, id))
        shown: Any = self.shown(job)
        if not job.is_unfinished:
            return Response(shown)
        return Response(shown, status=202, headers={"Retry-After": str(POLL_SECONDS)})


class JobRetryView(JobRecordView):
    """Does the work of a job that failed, ended with errors or was cancelled once more."""

    permission_classes: Any = (ActiveStaff,)

    @extend_schema(
        operation_id="jobs_retry",
        summary="Start a background run again, as a new one (staff)",
        request=None,
        responses={202: shapes.JobSerializer, **shapes.CHANGE_ERRORS},
        examples=[shapes.RETRIED_EXAMPLE],
    )
    def post(self, request: Request, id: UUID) -> Response:  # noqa: A002  (as in the address)
        return _accepted(self, retry_job(job=self.controlled_job(request, id)))
