"""The settings for custom fields and their options."""

from django.urls import path

from custom_fields import views

app_name = "custom_fields"

urlpatterns = [
    path("settings/fields/", views.fields, name="list"),
    path("settings/fields/new/", views.add_field, name="add"),
    path("settings/fields/calculated/", views.add_calculated, name="add_calculated"),
    path("settings/fields/calculated/<int:pk>/", views.change_calculated, name="calculated"),
    path("settings/fields/<int:pk>/", views.change_field, name="field"),
    path("settings/fields/<int:pk>/move/", views.move_field, name="move"),
    path("settings/fields/<int:pk>/delete/", views.delete_field, name="delete"),
    path("settings/fields/<int:pk>/restore/", views.restore_field, name="restore"),
    path("settings/fields/<int:pk>/sortable/", views.set_sortable, name="sortable"),
    path("settings/fields/<int:pk>/options/", views.add_option, name="add_option"),
    path("settings/options/<int:pk>/", views.rename_option, name="option"),
    path("settings/options/<int:pk>/move/", views.move_option, name="move_option"),
    path("settings/options/<int:pk>/archive/", views.archive_option, name="archive_option"),
    path("settings/options/<int:pk>/restore/", views.restore_option, name="restore_option"),
    path("settings/options/<int:pk>/remove/", views.remove_option, name="remove_option"),
]
