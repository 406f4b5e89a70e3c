"""The addresses of the projects app, those that stand below a deal's own included."""

from django.urls import path

from projects import views

app_name = "projects"

urlpatterns = [
    path("projects/", views.board, name="board"),
    path("projects/columns/", views.redraw, name="redraw"),
    path("projects/phase/<int:pk>/", views.column, name="column"),
    path("projects/list/", views.table, name="list"),
    path("projects/new/", views.create, name="create"),
    path("projects/deleted/", views.deleted, name="deleted"),
    path("projects/deleted/bring-back/", views.bring_back, name="bring_back"),
    path("projects/archive/", views.archive, name="archive"),
    path("projects/restore/", views.restore, name="restore"),
    path("projects/assign/", views.assign, name="assign"),
    path("projects/share-out/", views.share_out, name="share_out"),
    path("projects/label/", views.label, name="label"),
    path("projects/unlabel/", views.unlabel, name="unlabel"),
    path("projects/move/", views.move_many, name="move_many"),
    path("projects/finish/", views.finish_many, name="finish_many"),
    path("projects/cancel/", views.cancel_many, name="cancel_many"),
    path("projects/reopen/", views.reopen_many, name="reopen_many"),
    path("projects/set/", views.set_field, name="set"),
    path("projects/export/", views.export, name="export"),
    path("projects/export/<int:number>/", views.export_file, name="export_file"),
    path("projects/delete/", views.delete, name="delete"),
    path("projects/options/", views.project_options, name="options"),
    path("projects/deal-options/", views.deal_options, name="deal_options"),
    path("projects/<int:pk>/", views.detail, name="detail"),
    path("projects/<int:pk>/edit/", views.edit, name="edit"),
    path("projects/<int:pk>/edit/<slug:name>/", views.edit_field, name="edit_field"),
    path("projects/<int:pk>/move/", views.move, name="move"),
    path("projects/<int:pk>/archive/", views.archive_one, name="archive_one"),
    path("projects/<int:pk>/done/", views.done, name="done"),
    path("projects/<int:pk>/cancel/", views.cancel, name="cancel"),
    path("projects/<int:pk>/reopen/", views.reopen, name="reopen"),
    path("projects/<int:pk>/followers/", views.followers, name="followers"),
    path("projects/<int:pk>/follow/", views.follow, name="follow"),
    path("projects/<int:pk>/unfollow/", views.unfollow, name="unfollow"),
    path("projects/<int:pk>/link/<slug:kind>/", views.link, name="link"),
    path("projects/<int:pk>/unlink/<slug:kind>/<int:number>/", views.unlink, name="unlink"),
    path("deals/<int:pk>/projects/start/", views.start, name="start"),
    path("deals/<int:pk>/projects/link/", views.link_to_deal, name="link_to_deal"),
    path("settings/phases/", views.phases, name="phases"),
    path("settings/phases/new/", views.add_phase, name="add_phase"),
    path("settings/phases/<int:pk>/", views.change_phase, name="change_phase"),
    path("settings/phases/<int:pk>/move/", views.move_phase, name="move_phase"),
    path("settings/phases/<int:pk>/end/", views.end_phase, name="end_phase"),
    path("settings/phases/<int:pk>/restore/", views.restore_phase, name="restore_phase"),
]
