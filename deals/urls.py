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
    path("deals/forecast/", views.forecast, name="forecast"),
    path("deals/forecast/<slug:month>/", views.forecast_column, name="forecast_column"),
    path("deals/new/", views.create, name="create"),
    path("deals/deleted/", views.deleted, name="deleted"),
    path("deals/deleted/bring-back/", views.bring_back, name="bring_back"),
    path("deals/archive/", views.archive, name="archive"),
    path("deals/restore/", views.restore, name="restore"),
    path("deals/assign/", views.assign, name="assign"),
    path("deals/share-out/", views.share_out, name="share_out"),
    path("deals/label/", views.label, name="label"),
    path("deals/unlabel/", views.unlabel, name="unlabel"),
    path("deals/move/", views.move_many, name="move_many"),
    path("deals/win/", views.win_many, name="win_many"),
    path("deals/lose/", views.lose_many, name="lose_many"),
    path("deals/reopen/", views.reopen_many, name="reopen_many"),
    path("deals/set/", views.set_field, name="set"),
    path("deals/export/", views.export, name="export"),
    path("deals/export/<int:number>/", views.export_file, name="export_file"),
    path("deals/delete/", views.delete, name="delete"),
    path("deals/merge/", views.merge, name="merge"),
    path("deals/<int:pk>/", views.detail, name="detail"),
    path("deals/<int:pk>/edit/", views.edit, name="edit"),
    path("deals/<int:pk>/copy/", views.copy, name="copy"),
    path("deals/<int:pk>/merge/", views.merge_with, name="merge_with"),
    path("deals/<int:pk>/followers/", views.followers, name="followers"),
    path("deals/<int:pk>/follow/", views.follow, name="follow"),
    path("deals/<int:pk>/unfollow/", views.unfollow, name="unfollow"),
    path("deals/<int:pk>/people/add/", views.add_participant, name="add_participant"),
    path("deals/<int:pk>/people/<int:person>/", views.participant, name="participant"),
    path("deals/<int:pk>/people/<int:person>/primary/", views.make_primary, name="make_primary"),
    path(
        "deals/<int:pk>/people/<int:person>/remove/",
        views.remove_participant,
        name="remove_participant",
    ),
    path("deals/<int:pk>/edit/<slug:name>/", views.edit_field, name="edit_field"),
    path("deals/<int:pk>/expect/", views.expect, name="expect"),
    path("deals/<int:pk>/move/", views.move, name="move"),
    path("deals/<int:pk>/archive/", views.archive_one, name="archive_one"),
    path("deals/<int:pk>/won/", views.won, name="won"),
    path("deals/<int:pk>/lost/", views.lost, name="lost"),
    path("deals/<int:pk>/reopen/", views.reopen, name="reopen"),
]
