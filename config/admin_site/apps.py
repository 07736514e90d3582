"""Makes our admin site the default one."""

from django.contrib.admin.apps import AdminConfig
from django.utils.module_loading import autodiscover_modules


class TradepostAdminConfig(AdminConfig):
    """`admin.site` is then a `TradepostAdminSite`.

    An application with a package `admin` loads its pages in `admin/pages.py`: the site itself
    builds on `core.admin`, which therefore must not register anything while it is imported.
    """

    default_site = "config.admin_site.site.TradepostAdminSite"

    def ready(self) -> None:
        """Load every application's pages."""
        super().ready()
        autodiscover_modules("admin.pages")
