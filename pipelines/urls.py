"""The addresses of the pipelines app."""

app_name = "pipelines"

urlpatterns = []
