"""The company's own lists of words in Django admin, those of deals and activities included."""

from django.contrib import admin

from activities.models import ActivityType
from core.admin import ServedAdmin
from deals.models import LostReason
from labels import services
from labels.models import Channel, Label
from products.models import Category


class WordAdmin(ServedAdmin):
    """A word is archived and restored in the settings; here it is added, changed and removed."""

    list_display = ["name", "archived_at"]
    fields = ["name"]
    search_fields = ["name"]
    ordering = ["name"]

    def add(self, request, row, values):
        services.save_word(row, by=request.user)

    def change(self, request, row, values):
        for name, value in values.items():
            setattr(row, name, value)
        services.save_word(row, by=request.user)

    def remove(self, request, rows):
        for word in rows:
            services.remove_word(word, by=request.user)


admin.site.register([Channel, Category], WordAdmin)


@admin.register(LostReason)
class LostReasonAdmin(WordAdmin):
    list_display = ["name", "needs_comment", "archived_at"]
    fields = ["name", "needs_comment"]
    ordering = ["position", "name"]


@admin.register(Label)
class LabelAdmin(WordAdmin):
    list_display = ["name", "hue"]
    fields = ["name", "hue"]


@admin.register(ActivityType)
class ActivityTypeAdmin(WordAdmin):
    list_display = ["name", "icon", "archived_at"]
    fields = ["name", "icon"]
