"""The addresses at which one chooses the columns of a list and keeps views of it."""

from django.urls import path

from lists import views

app_name = "lists"


urlpatterns = [
    path("lists/<slug:of>/columns/", views.columns, name="columns"),
    path("lists/<slug:of>/views/new/", views.add_view, name="add_view"),
    path("lists/views/<int:pk>/", views.change_view, name="change_view"),
    path("lists/views/<int:pk>/update/", views.update_view, name="update_view"),
    path("lists/views/<int:pk>/remove/", views.remove_view, name="remove_view"),
]
