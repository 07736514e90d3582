"""Errors of requests that carry an idempotency key."""

from core.errors import DomainError


class KeyMalformed(DomainError):
    code = "idempotency_key_malformed"
    status = 400
    message = "Idempotency-Key must be 8 to 128 letters, digits or -_.:"
    message_ar = "يجب أن يتكون Idempotency-Key من 8 إلى 128 حرفاً أو رقماً."


class KeyReused(DomainError):
    code = "idempotency_key_reused"
    status = 422
    message = "This Idempotency-Key was used with another body."
    message_ar = "استُخدم Idempotency-Key هذا مع طلب مختلف."


class RequestInFlight(DomainError):
    code = "request_in_flight"
    status = 409
    message = "The same request is being carried out. Please try again in a moment."
    message_ar = "الطلب نفسه قيد التنفيذ. يرجى المحاولة بعد لحظات."
