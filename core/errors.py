"""Domain errors: a stable code, an HTTP status, and the message in English and Arabic.

An error class is declared once per code; its code is documented in docs/errors.md and never
reused. Services raise them, doors render them (`core.api.errors`, `core.admin`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class FieldError:
    """One wrong field: its path (`items[2].quantity`), a code, and the message twice."""

    field: str
    code: str
    message: str
    message_ar: str

    def as_dict(self) -> dict[str, str]:
        """The wire form."""
        return {
            "field": self.field,
            "code": self.code,
            "message": self.message,
            "message_ar": self.message_ar,
        }


_REGISTRY: dict[str, type[DomainError]] = {}


class DomainError(Exception):
    """Base of all coded errors. Messages are templates over the keyword arguments given."""

    code: ClassVar[str] = "error"
    status: ClassVar[int] = 422
    message: ClassVar[str] = "The request could not be carried out."
    message_ar: ClassVar[str] = "تعذر تنفيذ الطلب."

    def __init__(
        self,
        *,
        field: str = "",
        details: list[FieldError] | None = None,
        retry_after: int | None = None,
        **values: object,
    ) -> None:
        self.field = field
        self.values = values
        self.details = details or []
        self.retry_after = retry_after
        #: Further parts of the wire form, JSON-ready, beside code and messages.
        self.extra: dict[str, object] = {}
        super().__init__(self.text())

    def __init_subclass__(cls, **kwargs: object) -> None:
        super().__init_subclass__(**kwargs)
        if "code" in cls.__dict__:
            known = _REGISTRY.get(cls.code)
            if known is not None and (known.__module__, known.__qualname__) != (
                cls.__module__,
                cls.__qualname__,
            ):
                raise ValueError(f"error code {cls.code!r} is already used by {known!r}")
            _REGISTRY[cls.code] = cls

    def text(self, language: str = "en") -> str:
        """The message in `language` ("en" or "ar"), with its values filled in."""
        template = self.message_ar if language == "ar" else self.message
        return template.format(**self.values) if self.values else template

    def field_errors(self) -> list[FieldError]:
        """The details, or the error itself on its own field."""
        if self.details or not self.field:
            return self.details
        return [FieldError(self.field, self.code, self.text(), self.text("ar"))]


def all_error_types() -> dict[str, type[DomainError]]:
    """Every declared code with its class, for the documentation and its test."""
    return dict(sorted(_REGISTRY.items()))


class InvalidInput(DomainError):
    code = "invalid_input"
    status = 400
    message = "Some of the values sent are not valid."
    message_ar = "بعض القيم المرسلة غير صالحة."


class MalformedRequest(DomainError):
    code = "malformed_request"
    status = 400
    message = "The request could not be read: {problem}"
    message_ar = "تعذرت قراءة الطلب: {problem}"


class NotAuthenticated(DomainError):
    code = "not_authenticated"
    status = 401
    message = "Please sign in first."
    message_ar = "يرجى تسجيل الدخول أولاً."


class PermissionRefused(DomainError):
    code = "permission_denied"
    status = 403
    message = "You are not allowed to do this."
    message_ar = "لا تملك صلاحية القيام بذلك."


class NotFound(DomainError):
    code = "not_found"
    status = 404
    message = "There is nothing at this address."
    message_ar = "لا يوجد شيء في هذا العنوان."


class MethodNotAllowed(DomainError):
    code = "method_not_allowed"
    status = 405
    message = "This address does not take that method."
    message_ar = "هذا العنوان لا يقبل هذه الطريقة."


class NotAcceptable(DomainError):
    code = "not_acceptable"
    status = 406
    message = "The answer cannot be given in the format asked for."
    message_ar = "لا يمكن تقديم الإجابة بالصيغة المطلوبة."


class Conflict(DomainError):
    code = "conflict"
    status = 409
    message = "Somebody else changed this in the meantime. Please load it again."
    message_ar = "قام شخص آخر بتغيير هذا السجل في الوقت نفسه. يرجى إعادة تحميله."


class StillInUse(DomainError):
    code = "still_in_use"
    status = 409
    message = "Other records refer to this one. Switch it off instead of removing it."
    message_ar = "توجد سجلات أخرى تشير إلى هذا السجل. أوقفه بدلاً من حذفه."


class PayloadTooLarge(DomainError):
    code = "payload_too_large"
    status = 413
    message = "The request body is larger than {limit} bytes."
    message_ar = "حجم الطلب أكبر من {limit} بايت."


class UnsupportedMediaType(DomainError):
    code = "unsupported_media_type"
    status = 415
    message = "Please send JSON (Content-Type: application/json)."
    message_ar = "يرجى إرسال البيانات بصيغة JSON."


class TooManyRequests(DomainError):
    code = "too_many_requests"
    status = 429
    message = "Too many requests. Please try again in {seconds} seconds."
    message_ar = "طلبات كثيرة جداً. يرجى المحاولة بعد {seconds} ثانية."


class InternalError(DomainError):
    code = "internal_error"
    status = 500
    message = "Something went wrong on our side. The request id helps us find it."
    message_ar = "حدث خطأ من جانبنا. رقم الطلب يساعدنا في العثور عليه."


class DependencyDown(DomainError):
    code = "dependency_down"
    status = 503
    message = "A service that this needs is not available. Please try again shortly."
    message_ar = "خدمة مطلوبة غير متاحة حالياً. يرجى المحاولة بعد قليل."


class DatabaseBusy(DomainError):
    code = "database_busy"
    status = 503
    message = "This took too long and was given up; nothing was changed. Please try again shortly."
    message_ar = "استغرق هذا وقتاً طويلاً فتم إيقافه ولم يتغير شيء. يرجى المحاولة بعد قليل."


class LeaseLost(Exception):
    """Another worker took this piece of work over, or it was ended: the present one must stop."""


class JobCancelled(Exception):
    """Somebody cancelled this job: its worker must stop and close it, keeping what is done."""


class Retryable(Exception):
    """Mark of errors outside the domain that may pass by themselves: try again later."""


class Permanent(Exception):
    """Mark of errors that will not pass without a change of the data."""


class Misconfigured(Exception):
    """Mark of errors that a person must mend in the settings or at the other side."""
