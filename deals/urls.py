"""The addresses of the deals app."""

from django.urls import path

from deals import views

app_name = "deals"

urlpatterns = [
    path("deals/", views.board, name="board"),
    path("deals/pipeline/<int:pk>/", views.board, name="board"),
    path("deals/pipeline/<int:pk>/columns/", views.redraw, name="redraw"),
    path("deals/stage/<int:pk>/", views.column, name="column"),
    path("deals/list/", views.table, name="list"),
    path("deals/new/", views.create, name="create"),
    path("deals/deleted/", views.deleted, name="deleted"),
    path("deals/deleted/bring-back/", views.bring_back, name="bring_back"),
    path("deals/archive/", views.archive, name="archive"),
    path("deals/restore/", views.restore, name="restore"),
    path("deals/assign/", views.assign, name="assign"),
    path("deals/label/", views.label, name="label"),
    path("deals/unlabel/", views.unlabel, name="unlabel"),
    path("deals/delete/", views.delete, name="delete"),
    path("deals/<int:pk>/", views.detail, name="detail"),
    path("deals/<int:pk>/edit/", views.edit, name="edit"),
    path("deals/<int:pk>/move/", views.move, name="move"),
    path("deals/<int:pk>/archive/", views.archive_one, name="archive_one"),
    path("deals/<int:pk>/won/", views.won, name="won"),
    path("deals/<int:pk>/lost/", views.lost, name="lost"),
    path("deals/<int:pk>/reopen/", views.reopen, name="reopen"),
]
