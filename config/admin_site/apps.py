"""Makes our admin site the default one."""

from django.contrib.admin.apps import AdminConfig


class TradepostAdminConfig(AdminConfig):
    """`admin.site` is then a `TradepostAdminSite`."""

    default_site = "config.admin_site.site.TradepostAdminSite"
