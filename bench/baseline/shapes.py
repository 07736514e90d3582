"""What the baseline's answers look like; FastAPI validates each of them against it."""

from __future__ import annotations

from pydantic import BaseModel


class DetailedProduct(BaseModel):
    id: str
    zoho_item_id: str
    sku: str | None
    name: str
    description: str | None
    image_url: str | None
    cdn_image_url: str | None
    category: str
    stock_quantity: int
    actual_available_stock: int
    warehouse_id: str | None
    is_active: bool
    price: float
    currency: str
    item_id: str
    product_id: str
    product_name: str
    category_name: str
    selling_price: float
    quantity: float
    barcode: str | None
    image_path: str | None
    in_stock: bool
    cost_price: int
    created_at: str


class ListedProduct(BaseModel):
    id: str
    zoho_item_id: str
    sku: str | None
    name: str
    description: str | None
    image_url: str | None
    cdn_image_url: str | None
    category: str
    stock_quantity: int
    actual_available_stock: int
    warehouse_id: str | None
    is_active: bool
    price: float
    currency: str
    item_id: str
    product_id: str
    product_name: str
    category_name: str
    selling_price: float
    quantity: float
    barcode: str | None
    image_path: str | None
    in_stock: bool
    has_image: bool


class ProductList(BaseModel):
    status: str
    count: int
    items: list[ListedProduct]
    total: int
    next: str | None
    previous: str | None


class ProductDetail(BaseModel):
    status: str
    product: DetailedProduct


class CategoryList(BaseModel):
    status: str
    categories: list[str]


class OrderItem(BaseModel):
    product_id: str
    quantity: int
    unit_price: float | None = None
    comment: str = ""


class OrderBody(BaseModel):
    items: list[OrderItem]
    customer_name: str
    customer_phone: str
    customer_email: str = ""
    delivery_address: str = ""
    notes: str = ""


class OrderPlaced(BaseModel):
    success: bool
    order_id: str
    order_number: str
    total_amount: float
    currency: str


class LocationRow(BaseModel):
    id: int
    version: int
    code: str
    name_en: str
    name_ar: str
    name_ckb: str
    name_hi: str
    kind: str
    parent: int | None
    address: str
    address_line1: str
    address_line2: str
    city: str
    district: str
    state: str
    state_code: str
    pincode: str
    country: str
    region: str
    latitude: float | None
    longitude: float | None
    timezone: str
    opening_hours: dict[str, list[list[str]]]
    contact_person: str
    contact_phone: str
    contact_email: str
    is_sellable: bool
    is_active: bool
    priority: int
    zoho_location_id: str | None
    place_provider: str
    place_id: str | None
    map_url: str
    created_at: str | None
    updated_at: str | None


class LocationPage(BaseModel):
    total: int
    next: str | None
    previous: str | None
    items: list[LocationRow]
