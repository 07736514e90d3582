"""The page that shows where somebody is signed in, and ends it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from core.errors import NotFound
from core.identity.models import User
from core.identity.sessions import end_other_sessions, end_session, sessions_of


def sessions_page(site: Any, request: HttpRequest, user: User, *, title: str) -> HttpResponse:
    """Show the sessions of `user`; a post ends one of them, or all but the one it came from.

    The caller has checked that whoever asks may do this.
    """
    current = request.session.session_key
    if request.method == "POST":
        _end_as_asked(request, user, current)
        return HttpResponseRedirect(request.path)
    context = {
        **site.each_context(request),
        "title": title,
        "sessions": sessions_of(user, current_key=current),
    }
    return TemplateResponse(request, "admin/sessions.html", context)


def _end_as_asked(request: HttpRequest, user: User, current: str | None) -> None:
    asked = request.POST.get("session", "")
    try:
        if asked.isdigit() and len(asked) < 19:
            end_session(user=user, session_id=int(asked))
            messages.success(request, _("Signed out there."))
        elif asked == "others":
            count = end_other_sessions(user=user, current_key=current)
            text = ngettext("%(count)d session ended.", "%(count)d sessions ended.", count)
            messages.success(request, text % {"count": count})
    except NotFound as error:
        language = "ar" if (get_language() or "").startswith("ar") else "en"
        messages.error(request, error.text(language))
