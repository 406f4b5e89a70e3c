"""Signing in and out, one's profile, and the settings for users and teams."""

from django.urls import path

from accounts import public
from accounts.views import profile, teams, users

app_name = "accounts"

urlpatterns = [
    path("sign-in/", public.sign_in, name="sign_in"),
    path("sign-out/", public.sign_out, name="sign_out"),
    path("password/forgotten/", public.forgotten, name="forgotten"),
    path("password/forgotten/sent/", public.forgotten_sent, name="forgotten_sent"),
    path(
        "password/<str:uidb64>/<str:token>/",
        public.choose_password,
        name="choose_password",
    ),
    path("profile/", profile.profile, name="profile"),
    path("profile/password/", profile.password, name="password"),
    path("settings/users/", users.users, name="users"),
    path("settings/users/new/", users.add_user, name="add_user"),
    path("settings/users/<int:pk>/", users.change_user, name="change_user"),
    path("settings/users/<int:pk>/invite/", users.send_again, name="send_again"),
    path("settings/users/<int:pk>/deactivate/", users.deactivate_user, name="deactivate_user"),
    path("settings/users/<int:pk>/reactivate/", users.reactivate_user, name="reactivate_user"),
    path("settings/teams/", teams.teams, name="teams"),
    path("settings/teams/new/", teams.add_team, name="add_team"),
    path("settings/teams/<int:pk>/", teams.change_team, name="change_team"),
    path("settings/teams/<int:pk>/remove/", teams.remove_team, name="remove_team"),
]
