"""Two plain pages for a person: what this sandbox is, and the orders that reached it."""

from html import escape
from typing import TYPE_CHECKING

from .jsontext import JsonObject
from .orders import totals

if TYPE_CHECKING:
    from .world import Organization, World

SHOWN_ORDERS = 100
_STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:64rem;padding:0 1rem}"
    "table{border-collapse:collapse;width:100%}td,th{border:1px solid #ccc;padding:.3rem .6rem;"
    "text-align:start}td.n{text-align:end}.banner{background:#fff3cd;padding:.6rem 1rem}"
)


def _page(title: str, content: str) -> str:
    return (
        "<!DOCTYPE html><html lang='en'><head><meta charset='utf-8'>"
        "<meta name='viewport' content='width=device-width'>"
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head><body>"
        "<p class='banner'><strong>Zoho sandbox.</strong> This is not Zoho: an imitation for "
        f"demonstrations and tests.</p><h1>{escape(title)}</h1>{content}</body></html>"
    )


def overview_page(world: "World") -> str:
    """Return the page at ``/``: organizations with their counts, and links."""
    rows = []
    with world.store.transaction():
        for organization_id in world.organization_ids():
            organization = world.organization(organization_id)
            cells = [organization_id, organization.record["name"]]
            for kind in ("items", "contacts", "pricebooks", "salesorders"):
                cells.append(str(len(organization.table(kind))))
            rows.append("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in cells) + "</tr>")
    names = ("Id", "Organization", "Items", "Contacts", "Price books", "Sales orders")
    head = "".join(f"<th scope='col'>{name}</th>" for name in names)
    links = "".join(
        f"<li><a href='/__control/{name}'>{words}</a></li>"
        for name, words in (
            ("orders", "Latest sales orders"),
            ("stats", "Counts (JSON)"),
            ("requests", "Calls received (JSON)"),
            ("switches", "Switches and limits (JSON)"),
            ("faults", "Faults (JSON)"),
            ("clock", "Clock (JSON)"),
        )
    )
    return _page("Zoho sandbox", f"<table><tr>{head}</tr>{''.join(rows)}</table><ul>{links}</ul>")


def orders_page(world: "World") -> str:
    """Return the latest sales orders of every organization, newest first."""
    parts = []
    with world.store.transaction():
        for organization_id in world.organization_ids():
            organization = world.organization(organization_id)
            placed = sorted(
                organization.table("salesorders").values(),
                key=lambda order: (order["created"], order["salesorder_number"]),
                reverse=True,
            )
            rows = "".join(_order_row(organization, order) for order in placed[:SHOWN_ORDERS])
            names = ("Number", "Reference", "Customer", "Status", "Total", "Created")
            head = "".join(f"<th scope='col'>{name}</th>" for name in names)
            title = escape(organization.record["name"])
            parts.append(f"<h2>{title}</h2><table><tr>{head}</tr>{rows}</table>")
    return _page("Latest sales orders", "".join(parts))


def _order_row(organization: "Organization", order: JsonObject) -> str:
    currency = organization.currency(order["currency_id"])
    total = totals(order, currency["price_precision"])["total"]
    customer = organization.table("contacts")[order["customer_id"]]["contact_name"]
    cells = (
        order["salesorder_number"],
        order["reference_number"],
        customer,
        order["status"],
        f"{total:,.{currency['price_precision']}f} {currency['currency_code']}",
        organization.stamp(order["created"]),
    )
    return "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in cells) + "</tr>"
