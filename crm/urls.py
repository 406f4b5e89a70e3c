"""Which address leads where."""

urlpatterns = []
