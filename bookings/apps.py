from importlib import import_module

from django.apps import AppConfig


class BookingsConfig(AppConfig):
    """The app; its plan tables are registered here, as nothing but `bookings.plans` may import them."""

    name = "bookings"
    default_auto_field = "django.db.models.BigAutoField"

    def import_models(self) -> None:
        super().import_models()
        import_module("bookings.models.plan_tables")
