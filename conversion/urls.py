"""The addresses of the conversion app."""

app_name = "conversion"

urlpatterns = []
