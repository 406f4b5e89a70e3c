"""Addresses that everybody needs: health, icons, language; and the gallery for those who build."""

from django.conf import settings
from django.urls import path

from core import public, views

app_name = "core"

urlpatterns = [
    path("healthz", public.healthz, name="healthz"),
    path("icons-<slug:digest>.svg", public.icon_sprite, name="icons"),
    path("language/", public.language, name="language"),
]

if not settings.PRODUCTION:
    urlpatterns += [
        path("gallery/", views.gallery, name="gallery"),
        path("gallery/options/", views.options, name="gallery_options"),
        path("gallery/move/", views.move, name="gallery_move"),
        path("gallery/<int:number>/", views.panel, name="gallery_panel"),
    ]
