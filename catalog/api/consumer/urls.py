"""The consumer API, each address with and without a trailing slash."""

from django.urls import re_path

from catalog.api.consumer.orders import OrderView
from catalog.api.consumer.products import CategoryListView, ProductDetailView, ProductListView

urlpatterns = [
    re_path(r"^products/?$", ProductListView.as_view(), name="consumer-products"),
    re_path(
        r"^products/(?P<reference>[^/\x00]{1,100})/?$",
        ProductDetailView.as_view(),
        name="consumer-product",
    ),
    re_path(r"^categories/?$", CategoryListView.as_view(), name="consumer-categories"),
    re_path(r"^orders/?$", OrderView.as_view(), name="consumer-orders"),
]
