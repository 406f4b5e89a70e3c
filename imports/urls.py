"""The addresses of imports: the list of them, and each of the steps of one."""

from django.urls import path

from imports import views

app_name = "imports"

urlpatterns = [
    path("imports/", views.imports, name="list"),
    path("imports/<int:number>/", views.detail, name="detail"),
    path("imports/<int:number>/columns/", views.columns, name="columns"),
    path("imports/<int:number>/check/", views.check, name="check"),
    path("imports/<int:number>/run/", views.run, name="run"),
]
