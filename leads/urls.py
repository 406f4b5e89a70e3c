"""The addresses of the leads app."""

from django.urls import path

from leads import views

app_name = "leads"

urlpatterns = [
    path("leads/", views.inbox, name="inbox"),
    path("leads/archived/", views.archived, name="archived"),
    path("leads/deleted/", views.deleted, name="deleted"),
    path("leads/deleted/bring-back/", views.bring_back, name="bring_back"),
    path("leads/new/", views.create, name="create"),
    path("leads/archive/", views.archive, name="archive"),
    path("leads/restore/", views.restore, name="restore"),
    path("leads/assign/", views.assign, name="assign"),
    path("leads/share-out/", views.share_out, name="share_out"),
    path("leads/label/", views.label, name="label"),
    path("leads/unlabel/", views.unlabel, name="unlabel"),
    path("leads/mark-unseen/", views.mark_unseen, name="mark_unseen"),
    path("leads/set/", views.set_field, name="set"),
    path("leads/delete/", views.delete, name="delete"),
    path("leads/merge/", views.merge, name="merge"),
    path("leads/<int:pk>/", views.detail, name="detail"),
    path("leads/<int:pk>/edit/", views.edit, name="edit"),
    path("leads/<int:pk>/edit/<slug:name>/", views.edit_field, name="edit_field"),
    path("leads/<int:pk>/followers/", views.followers, name="followers"),
    path("leads/<int:pk>/follow/", views.follow, name="follow"),
    path("leads/<int:pk>/unfollow/", views.unfollow, name="unfollow"),
    path("leads/<int:pk>/mark-seen/", views.mark_seen, name="mark_seen"),
    path("leads/<int:pk>/keep-separate/", views.keep_separate, name="keep_separate"),
]
