"""The settings for pipelines and their stages."""

from django.urls import path

from pipelines import views

app_name = "pipelines"

urlpatterns = [
    path("settings/pipelines/", views.pipelines, name="list"),
    path("settings/pipelines/new/", views.add_pipeline, name="add"),
    path("settings/pipelines/<int:pk>/", views.pipeline, name="pipeline"),
    path("settings/pipelines/<int:pk>/copy/", views.copy_pipeline, name="copy"),
    path("settings/pipelines/<int:pk>/move/", views.move_pipeline, name="move"),
    path("settings/pipelines/<int:pk>/default/", views.make_default, name="make_default"),
    path("settings/pipelines/<int:pk>/end/", views.end_pipeline, name="end"),
    path("settings/pipelines/<int:pk>/restore/", views.restore_pipeline, name="restore"),
    path("settings/pipelines/<int:pk>/required/", views.require_field, name="require_field"),
    path("settings/requirements/<int:pk>/drop/", views.drop_requirement, name="drop_requirement"),
    path("settings/stages/<int:pk>/move/", views.move_stage, name="move_stage"),
    path("settings/stages/<int:pk>/end/", views.end_stage, name="end_stage"),
    path("settings/stages/<int:pk>/restore/", views.restore_stage, name="restore_stage"),
]
