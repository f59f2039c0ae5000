"""The addresses of the pages."""

from django.contrib.auth.views import LogoutView
from django.urls import path, register_converter

from backend.web.dates import DateConverter
from backend.web.dispatch import day, dispatch, roads
from backend.web.drive import drive, manifest
from backend.web.enrol import enrol
from backend.web.landing import landing
from backend.web.receipts import receipt
from backend.web.second_factor import second_step, set_up
from backend.web.sign_in import SignIn

register_converter(DateConverter, "date")

app_name = "web"
urlpatterns = [
    path("", landing, name="landing"),
    path("sign-in/", SignIn.as_view(), name="sign-in"),
    path("sign-in/second-step/", second_step, name="second-step"),
    path("sign-in/set-up/", set_up, name="set-up"),
    path("enrol/", enrol, name="enrol"),
    path("sign-out/", LogoutView.as_view(next_page="/"), name="sign-out"),
    path("dispatch/", dispatch, name="dispatch"),
    path("dispatch/<slug:slug>/", dispatch, name="dispatch-service"),
    path("dispatch/<slug:slug>/<date:date>/", day, name="day"),
    path("dispatch/<slug:slug>/roads.json", roads, name="roads"),
    path("drive/", drive, name="drive"),
    path("bookings/<slug:reference>/receipts/<int:number>/", receipt, name="receipt"),
    path("shifts/<int:shift>/manifest/", manifest, name="manifest"),
]
