"""What a browser would send back of a page that somebody opened."""

from __future__ import annotations

from html.parser import HTMLParser

from django.test import Client


class _FormReader(HTMLParser):
    """Collects the inputs of one form."""

    def __init__(self, form_id: str) -> None:
        super().__init__()
        self.form_id, self.is_inside = form_id, False
        self.inputs: dict[str, list[str]] = {}
        self.select = self.area = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        name, value = given.get("name") or "", given.get("value") or ""
        if tag == "form":
            self.is_inside = given.get("id") == self.form_id
        if not self.is_inside or "disabled" in given:
            return
        if tag == "input" and name:
            self._read_input(name, given)
        elif tag == "textarea":
            self.area = name
            self.inputs[name] = [""]
        elif tag == "select":
            self.select = name
            self.inputs[name] = []
        elif tag == "option" and "selected" in given and self.select:
            self.inputs[self.select].append(value)

    def _read_input(self, name: str, given: dict[str, str | None]) -> None:
        kind, value = given.get("type") or "text", given.get("value") or ""
        if kind in {"checkbox", "radio"}:
            if "checked" in given:
                self.inputs.setdefault(name, []).append(value or "on")
        elif kind not in {"submit", "button"}:
            self.inputs.setdefault(name, []).append(value)

    def handle_data(self, data: str) -> None:
        if self.area:
            self.inputs[self.area][0] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self.area = ""
        elif tag == "select":
            self.select = ""
        elif tag == "form":
            self.is_inside = False


def inputs_of(html: str, form_id: str) -> dict[str, list[str]]:
    """The inputs of the form with this id as they stand in the page."""
    reader = _FormReader(form_id)
    reader.feed(html)
    kept = {
        name: list(values) for name, values in reader.inputs.items() if "__prefix__" not in name
    }
    # A browser does not send the line end that follows the start of a text area.
    return {name: [value.removeprefix("\n") for value in values] for name, values in kept.items()}


def opened(client: Client, address: str, form_id: str) -> dict[str, list[str]]:
    """Open the page and return what it would send untouched."""
    answer = client.get(address)
    assert answer.status_code == 200
    return inputs_of(answer.content.decode(), form_id)
