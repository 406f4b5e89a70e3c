"""The addresses of imports: the list of them, and each of the steps of one."""

from django.urls import path

from imports import views

app_name = "imports"

urlpatterns = [
    path("imports/", views.imports, name="list"),
    path("imports/new/", views.create, name="create"),
    path("imports/pipedrive/", views.pipedrive, name="pipedrive"),
    path("imports/<int:number>/", views.detail, name="detail"),
    path("imports/<int:number>/delete/", views.delete, name="delete"),
    # 1. The file
    path("imports/<int:number>/file/", views.file, name="file"),
    # 2. Its columns
    path("imports/<int:number>/columns/", views.columns, name="columns"),
    path("imports/<int:number>/columns/save/", views.save_matching, name="save_matching"),
    path("imports/<int:number>/columns/use/", views.use_matching, name="use_matching"),
    path("imports/<int:number>/columns/<int:column>/field/", views.add_field, name="add_field"),
    path("imports/matchings/<int:pk>/remove/", views.remove_matching, name="remove_matching"),
    # 3. The check
    path("imports/<int:number>/check/", views.check, name="check"),
    path("imports/<int:number>/check/correct/", views.correct_alike, name="correct_alike"),
    path("imports/<int:number>/check/skip/", views.skip_alike, name="skip_alike"),
    path("imports/<int:number>/check/rows/<int:row>/", views.row, name="row"),
    path("imports/<int:number>/check/rows/<int:row>/skip/", views.skip_row, name="skip_row"),
    # 4. The run
    path("imports/<int:number>/run/", views.run, name="run"),
    path("imports/<int:number>/run/cancel/", views.cancel_run, name="cancel_run"),
    path("imports/<int:number>/run/resume/", views.resume_run, name="resume_run"),
    # What became of it
    path("imports/<int:number>/left-out/", views.left_out, name="left_out"),
    path("imports/<int:number>/revert/", views.revert, name="revert"),
]
