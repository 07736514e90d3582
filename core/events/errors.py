"""What staff may not do with events on their way."""

from __future__ import annotations

from core.errors import DomainError


class NotADeadLetter(DomainError):
    """Somebody retried or discarded the delivery meanwhile, or it never failed for good."""

    code = "not_a_dead_letter"
    status = 409
    message = "This delivery is not a dead letter, or no longer one."
    message_ar = "هذا التسليم ليس رسالة متعثرة أو لم يعد كذلك."


class DiscardReasonMissing(DomainError):
    """A dead letter is given up for good only with a reason."""

    code = "discard_reason_missing"
    status = 422
    message = "Say why the dead letter is discarded."
    message_ar = "اذكر سبب تجاهل الرسالة المتعثرة."
