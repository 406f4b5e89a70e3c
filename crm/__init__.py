"""The project package: it composes the apps, and no app imports it."""
