"""The addresses of the history app."""

app_name = "history"

urlpatterns = []
