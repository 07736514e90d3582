"""The OpenAPI schema and its two readers, from packaged assets, open to everybody."""

from __future__ import annotations

from collections.abc import Sequence

from drf_spectacular.views import SpectacularAPIView, SpectacularRedocView, SpectacularSwaggerView
from rest_framework.authentication import BaseAuthentication
from rest_framework.permissions import AllowAny, BasePermission


class OpenToAll:
    """No sign-in, its own rate."""

    authentication_classes: Sequence[type[BaseAuthentication]] = ()
    permission_classes: Sequence[type[BasePermission]] = (AllowAny,)
    throttle_scope = "schema"


class SchemaView(OpenToAll, SpectacularAPIView):
    """The schema as YAML or JSON."""


class SwaggerView(OpenToAll, SpectacularSwaggerView):
    """Swagger UI."""


class RedocView(OpenToAll, SpectacularRedocView):
    """Redoc."""
