"""The addresses of commodities and what belongs to them."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
