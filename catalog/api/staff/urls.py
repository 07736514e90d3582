"""The addresses of the catalogue for staff."""

from catalog.api.staff import views
from core.api.staff import resource_paths

urlpatterns = [
    *resource_paths("products", views.ProductCollection, views.ProductRecord),
    *resource_paths("categories", views.CategoryCollection, views.CategoryRecord),
    *resource_paths("price-lists", views.PriceListCollection, views.PriceListRecord),
    *resource_paths("prices", views.PriceCollection, views.PriceRecord),
]
