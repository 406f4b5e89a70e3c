"""The addresses of the leads app."""

app_name = "leads"

urlpatterns = []
