"""The addresses of the labels app."""

app_name = "labels"

urlpatterns = []
