"""The addresses of the reports."""

from django.urls import path

from reports import views

app_name = "reports"

urlpatterns = [
    path("insights/sources/", views.sources, name="sources"),
]
