"""Where outgoing webhooks may go beside the public internet."""

from __future__ import annotations

from ipaddress import ip_network

from environs import ValidationError

from .environment import env


def _refuse_what_is_no_network(texts: list[str]) -> None:
    for text in texts:
        try:
            ip_network(text)
        except ValueError as error:
            raise ValidationError(str(error)) from error


# Networks inside the company, as CIDR: receivers there may also be called by plain http.
WEBHOOK_ALLOWED_NETWORKS: list[str] = env.list(
    "TRADEPOST_WEBHOOK_ALLOWED_NETWORKS", [], validate=_refuse_what_is_no_network
)
