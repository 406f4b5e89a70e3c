"""The addresses of the jobs app."""

app_name = "jobs"

urlpatterns = []
