"""What cannot be done with a job."""

from __future__ import annotations

from core.errors import DomainError


class JobFinished(DomainError):
    """Only a job that is queued or running can be cancelled."""

    code = "job_finished"
    status = 409
    message = "This job has already ended."
    message_ar = "انتهت هذه المهمة بالفعل."


class JobNotFinished(DomainError):
    """Only a job that has ended can be started again."""

    code = "job_not_finished"
    status = 409
    message = "This job has not ended yet. Cancel it first, or wait for its end."
    message_ar = "لم تنته هذه المهمة بعد. ألغها أولاً أو انتظر نهايتها."


class JobNotRetryable(DomainError):
    """The job succeeded, or its kind cannot be started again."""

    code = "job_not_retryable"
    status = 409
    message = "This job cannot be started again: it succeeded, or its kind does not allow it."
    message_ar = "لا يمكن تشغيل هذه المهمة من جديد: فقد نجحت أو أن نوعها لا يسمح بذلك."


class JobKindNotStartable(DomainError):
    """The kind does not exist, or needs parameters and has a door of its own."""

    code = "job_kind_not_startable"
    status = 422
    message = "No job of this kind can be started here."
    message_ar = "لا يمكن تشغيل مهمة من هذا النوع من هنا."


class JobAlreadyRunning(DomainError):
    """Another job of a kind that runs once at a time is queued or running."""

    code = "job_already_running"
    status = 409
    message = "This is already queued or running."
    message_ar = "هذه المهمة في الانتظار أو قيد التشغيل بالفعل."
