"""What every answer tells browsers: where its content may come from and who may embed it.

Constants all of them, set by the outermost middleware, so that no answer goes without. Why each
policy is as it is: docs/adr/0010-content-security-policy.md.
"""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase

GetResponse = Callable[[HttpRequest], HttpResponseBase]

CSP = "Content-Security-Policy"
#: In every policy: nobody frames us, no page moves its own base.
_CLOSED = {"frame-ancestors": "'none'", "base-uri": "'none'"}
_PAGE = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "form-action": "'self'",
    "object-src": "'none'",
    **_CLOSED,
}


def _policy(directives: dict[str, str]) -> str:
    return "; ".join(f"{name} {sources}" for name, sources in directives.items())


#: JSON, files, redirects: nothing in them is ever to be carried out.
NO_CONTENT = _policy({"default-src": "'none'", "form-action": "'none'", **_CLOSED})
#: Sign-in and error pages: our own files alone. Codes to scan are data: pictures.
PAGE = _policy(_PAGE)
#: The back office: Alpine evaluates the attributes of unfold's templates, which carry styles too.
ADMIN = _policy(
    {**_PAGE, "script-src": "'self' 'unsafe-eval'", "style-src": "'self' 'unsafe-inline'"}
)
#: Swagger UI posts no form.
SWAGGER = _policy({**_PAGE, "form-action": "'none'"})
#: Redoc searches in a worker that it makes from a blob, and writes style blocks as it goes.
REDOC = _policy(
    {
        **_PAGE,
        "style-src": "'self' 'unsafe-inline'",
        "worker-src": "blob:",
        "form-action": "'none'",
    }
)
_PAGES = (("/admin/", ADMIN), ("/api/docs", SWAGGER), ("/api/redoc", REDOC))

#: Off for all pages, but passkeys on our own.
PERMISSIONS_POLICY = (
    "accelerometer=(), autoplay=(), camera=(), display-capture=(), fullscreen=(), geolocation=(), "
    "gyroscope=(), magnetometer=(), microphone=(), midi=(), payment=(), picture-in-picture=(), "
    "screen-wake-lock=(), usb=(), xr-spatial-tracking=(), "
    "publickey-credentials-create=(self), publickey-credentials-get=(self)"
)
ON_EVERY_ANSWER = (
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
    ("Referrer-Policy", "same-origin"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Permissions-Policy", PERMISSIONS_POLICY),
)


def policy_for(path: str, content_type: str) -> str:
    """The content security policy of an answer."""
    if not content_type.startswith("text/html"):
        return NO_CONTENT
    return next((policy for prefix, policy in _PAGES if path.startswith(prefix)), PAGE)


class ResponseHeaders:
    """Sets the headers. A view cannot weaken them: what it has set is replaced.

    Strict-Transport-Security is left to Django, which knows whether the request was encrypted.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        headers = response.headers
        for name, value in ON_EVERY_ANSWER:
            headers[name] = value
        headers[CSP] = policy_for(request.path_info, headers.get("Content-Type", ""))
        return response
