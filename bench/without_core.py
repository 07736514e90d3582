"""The WSGI application without core's middleware, throttles, context and organizations.

What is left is Django, its sign-in, tokens and permissions, and the views. The benchmark measures
what core costs against it; its settings refuse to start in production.
"""

from __future__ import annotations

import contextlib
import os
from typing import Any

os.environ["DJANGO_SETTINGS_MODULE"] = "bench.without_core_settings"
# It reads the settings, so they are named first.
from config.wsgi import application

__all__ = ["application"]


def _leave_out_core() -> None:
    """What no setting names: throttles that views choose, the views' context, the finder of
    organizations."""
    from catalog.api.consumer.products import PublicView  # noqa: PLC0415  (needs the settings)
    from core import tenancy  # noqa: PLC0415
    from core.api import views  # noqa: PLC0415

    def unchanged(**_: Any) -> contextlib.AbstractContextManager[None]:
        return contextlib.nullcontext()

    PublicView.throttle_classes = ()
    vars(views)["change_context"] = unchanged
    tenancy.forget_organizations()


_leave_out_core()
