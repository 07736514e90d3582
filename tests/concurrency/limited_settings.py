"""The settings of web processes whose staff may read 20 times a minute.

With COUNTED_BY=drf it is DRF's own counter that counts, which reads and writes back: the control.
"""

import os

from config.settings import *  # noqa: F403
from config.settings import REST_FRAMEWORK, THROTTLE_RATES

THROTTLE_RATES = {**THROTTLE_RATES, "staff": 20}
if os.environ.get("COUNTED_BY") == "drf":
    REST_FRAMEWORK = {
        **REST_FRAMEWORK,
        "DEFAULT_THROTTLE_CLASSES": ["rest_framework.throttling.UserRateThrottle"],
        "DEFAULT_THROTTLE_RATES": {"user": "20/min"},
    }
