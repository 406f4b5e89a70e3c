"""Which address leads where."""

from django.contrib import admin
from django.urls import include, path

from crm import public, views

urlpatterns = [
    path("", views.home, name="home"),
    path("", include("core.urls")),
    # Before the leads, whose addresses would otherwise take /leads/convert/ for one of theirs.
    path("", include("conversion.urls")),
    path("", include("accounts.urls")),
    path("", include("labels.urls")),
    path("", include("history.urls")),
    path("", include("lists.urls")),
    path("", include("jobs.urls")),
    path("", include("custom_fields.urls")),
    path("", include("exports.urls")),
    path("", include("contacts.urls")),
    path("", include("pipelines.urls")),
    path("", include("products.urls")),
    path("", include("leads.urls")),
    path("", include("deals.urls")),
    path("", include("projects.urls")),
    path("", include("activities.urls")),
    path("", include("imports.urls")),
    path("", include("search.urls")),
    path("", include("takeout.urls")),
    path("", include("reports.urls")),
    path("shortcuts/", views.shortcuts, name="shortcuts"),
    # Before the admin's own, which would show a second sign-in page.
    path("admin/login/", public.admin_sign_in),
    path("admin/", admin.site.urls),
]

handler400 = "core.public.bad_request"
handler403 = "core.public.permission_denied"
handler404 = "core.public.page_not_found"
handler500 = "core.public.server_error"
