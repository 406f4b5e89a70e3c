"""The addresses of the accounts app."""

from django.urls import path

from accounts import public

app_name = "accounts"

urlpatterns = [
    path("sign-in/", public.sign_in, name="sign_in"),
    path("sign-out/", public.sign_out, name="sign_out"),
]
