"""Addresses that everybody needs: health and icons."""

from django.urls import path

from core import public

app_name = "core"

urlpatterns = [
    path("healthz", public.healthz, name="healthz"),
    path("icons-<slug:digest>.svg", public.icon_sprite, name="icons"),
    path("language/", public.language, name="language"),
]
