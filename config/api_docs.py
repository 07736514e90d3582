"""The OpenAPI schema and its two readers, from packaged assets, open to everybody."""

from __future__ import annotations

from drf_spectacular.views import (
    SpectacularAPIView,
    SpectacularRedocView,
    SpectacularSwaggerSplitView,
)
from rest_framework.permissions import AllowAny


class SchemaView(SpectacularAPIView):
    """The schema as YAML or JSON."""

    authentication_classes = ()
    permission_classes = (AllowAny,)
    throttle_scope = "schema"


class SwaggerView(SpectacularSwaggerSplitView):
    """Swagger UI; the script that starts it is fetched from the same address."""

    authentication_classes = ()
    permission_classes = (AllowAny,)
    throttle_scope = "schema"


class RedocView(SpectacularRedocView):
    """Redoc."""

    authentication_classes = ()
    permission_classes = (AllowAny,)
    throttle_scope = "schema"
