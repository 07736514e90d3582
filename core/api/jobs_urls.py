"""The addresses of jobs, below /api/v1/."""

from django.urls import re_path

from core.api import jobs
from core.api.saved_filter_lists import declare_list

_JOB = r"^jobs/(?P<id>[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})"

declare_list(jobs.JobListView)
urlpatterns = [
    re_path(r"^jobs/?$", jobs.JobListView.as_view(), name="api-jobs"),
    re_path(rf"{_JOB}/?$", jobs.JobView.as_view(), name="api-job"),
    re_path(rf"{_JOB}/cancel/?$", jobs.JobCancelView.as_view(), name="api-job-cancel"),
    re_path(rf"{_JOB}/retry/?$", jobs.JobRetryView.as_view(), name="api-job-retry"),
]
