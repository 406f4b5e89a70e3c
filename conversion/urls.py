"""The addresses of the conversion app."""

from django.urls import path

from conversion import views

app_name = "conversion"

urlpatterns = [
    path("leads/convert/", views.convert, name="convert"),
    path("conversions/<int:pk>/undo/", views.undo, name="undo"),
    path("deals/return/", views.return_deals, name="return"),
]
