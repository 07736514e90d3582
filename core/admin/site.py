"""The look of the admin site, for the composition root to build on."""

from unfold.sites import UnfoldAdminSite as BaseAdminSite

__all__ = ["BaseAdminSite"]
