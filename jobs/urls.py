"""The addresses of the jobs app."""

from django.urls import path

from jobs import views

app_name = "jobs"

urlpatterns = [
    path("jobs/<int:number>/", views.detail, name="detail"),
]
