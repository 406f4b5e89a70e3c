"""The addresses at which an admin takes everything along."""

from django.urls import path

from takeout import views

app_name = "takeout"

urlpatterns = [
    path("settings/takeout/", views.show, name="show"),
    path("settings/takeout/start/", views.start, name="start"),
    path("settings/takeout/<int:number>/", views.archive, name="archive"),
]
