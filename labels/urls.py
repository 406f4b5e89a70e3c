"""The settings for labels, channels, product categories, lost reasons and activity types."""

from django.urls import path, register_converter
from django.urls.converters import StringConverter

from labels import views

app_name = "labels"


class ListName(StringConverter):
    """The name of one of the lists of words."""

    regex = "|".join(views.LISTS)


register_converter(ListName, "list")

urlpatterns = [
    path("settings/<list:kind>/", views.words, name="words"),
    path("settings/<list:kind>/new/", views.add_word, name="add_word"),
    path("settings/<list:kind>/<int:pk>/", views.change_word, name="change_word"),
    path("settings/<list:kind>/<int:pk>/move/", views.move_word, name="move_word"),
    path("settings/<list:kind>/<int:pk>/archive/", views.archive_word, name="archive_word"),
    path("settings/<list:kind>/<int:pk>/restore/", views.restore_word, name="restore_word"),
    path("settings/<list:kind>/<int:pk>/remove/", views.remove_word, name="remove_word"),
]
