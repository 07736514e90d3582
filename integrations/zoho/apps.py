from django.apps import AppConfig


class ZohoConfig(AppConfig):
    name = "integrations.zoho"
    label = "zoho"
    verbose_name = "Zoho"
