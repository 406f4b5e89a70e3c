"""Preferences: pages speak the user's language and tell the user's time."""

from django.utils import timezone, translation


class Preferences:
    """Activate language and time zone of whoever is signed in.

    Everybody else gets the language that ``LocaleMiddleware`` found in their cookie or browser,
    and the time zone of this installation.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if not request.user.is_authenticated:
            return self.get_response(request)
        translation.activate(request.user.language)
        request.LANGUAGE_CODE = translation.get_language()
        with timezone.override(request.user.time_zone):
            response = self.get_response(request)
        # LocaleMiddleware would name the language of the browser.
        response.headers["Content-Language"] = request.LANGUAGE_CODE
        return response
