"""The addresses at which lists become files."""

from django.urls import path

from exports import views

app_name = "exports"

urlpatterns = [
    path("exports/<int:number>/", views.file, name="file"),
    path("exports/<slug:of>/", views.export, name="export"),
]
