"""The addresses of the history app."""

from django.urls import path

from history import views

app_name = "history"

urlpatterns = [
    path("history/<int:pk>/undo/", views.undo_operation, name="undo"),
]
