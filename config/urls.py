"""Every address of the system."""

from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path
from django.views.generic import RedirectView

from config.api_docs import RedocView, SchemaView, SwaggerView
from core.health import views as health

consumer = [
    path("", include("catalog.api.consumer.urls")),
    path("", include("integrations.zoho.api.urls")),
]

settings_modules = [
    path("", include("settings_modules.locations.api.urls")),
    path("", include("settings_modules.commodities.api.urls")),
    path("", include("settings_modules.organizations.api.urls")),
    path("", include("settings_modules.partners.api.urls")),
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("", RedirectView.as_view(pattern_name="admin:index"), name="home"),
    path("admin/", admin.site.urls),
    path("accounts/", include("config.sign_in.urls")),
    path("_allauth/app/v1/", include("config.sign_in.app_urls")),
    path("api/v1/consumer/", include((consumer, "consumer"))),
    # Old apps live for years: their addresses stay.
    path("api/consumer/", include((consumer, "consumer-old"))),
    path("api/v1/catalog/", include(("catalog.api.staff.urls", "catalog"))),
    path("api/v1/settings/", include((settings_modules, "settings"))),
    path("api/v1/audit/", include(("core.api.urls", "audit"))),
    path("api/v1/", include("core.api.jobs_urls")),
    path("api/v1/", include("core.api.tokens_urls")),
    path("api/v1/", include("core.api.imports_urls")),
    path("api/v1/", include("core.api.saved_filters_urls")),
    path("api/schema/", SchemaView.as_view(), name="schema"),
    path("api/docs/", SwaggerView.as_view(url_name="schema"), name="swagger"),
    path("api/redoc/", RedocView.as_view(url_name="schema"), name="redoc"),
    path("health/live", health.live, name="health-live"),
    path("health/ready", health.ready, name="health-ready"),
]

handler400 = "config.error_pages.bad_request"
handler403 = "config.error_pages.forbidden"
handler404 = "config.error_pages.not_found"
handler500 = "config.error_pages.server_error"
