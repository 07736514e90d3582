"""What may not be done with webhooks."""

from __future__ import annotations

from core.errors import DomainError


class WebhookAddressRefused(DomainError):
    """An address inside the network, or one that nobody answers to by name."""

    code = "webhook_address_refused"
    status = 422
    message = "Webhooks go to https addresses on the public internet, or where the operator allows."
    message_ar = (
        "تُرسَل الإشعارات الخارجية إلى عناوين https على الإنترنت العام أو إلى ما يسمح به المشغّل."
    )


class UnknownWebhookEvent(DomainError):
    """An endpoint can only be given declared event types."""

    code = "unknown_webhook_event"
    status = 422
    message = "There is no event type {name} to send."
    message_ar = "لا يوجد نوع حدث {name} يمكن إرساله."


class TooManyWebhooks(DomainError):
    """Every event is offered to every endpoint, so their number is bounded."""

    code = "too_many_webhooks"
    status = 409
    message = "There can be at most {most} webhooks."
    message_ar = "لا يمكن أن يزيد عدد الإشعارات الخارجية عن {most}."


class WebhookSwitchedOff(DomainError):
    """Nothing is sent to an endpoint that is switched off."""

    code = "webhook_switched_off"
    status = 409
    message = "This webhook is switched off. Switch it on first."
    message_ar = "هذا الإشعار الخارجي متوقف. شغّله أولاً."
