"""The addresses of the projects app, those that stand below a deal's own included."""

from django.urls import path

from projects import views

app_name = "projects"

urlpatterns = [
    path("projects/new/", views.create, name="create"),
    path("projects/options/", views.project_options, name="options"),
    path("projects/deal-options/", views.deal_options, name="deal_options"),
    path("projects/<int:pk>/", views.detail, name="detail"),
    path("projects/<int:pk>/edit/", views.edit, name="edit"),
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
]
