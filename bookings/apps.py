from importlib import import_module

from django.apps import AppConfig
from django.db.models.signals import post_save


class BookingsConfig(AppConfig):
    """The app; its plan tables are registered here, as nothing but `bookings.plans` may import them."""

    name = "bookings"
    default_auto_field = "django.db.models.BigAutoField"

    def import_models(self) -> None:
        super().import_models()
        import_module("bookings.models.plan_tables")

    def ready(self) -> None:
        words = import_module("bookings.passenger_words")
        post_save.connect(words.keep_words, sender=self.get_model("Passenger"), dispatch_uid="words of passengers")
