"""Django admin obeys the rules of the product: what it saves and deletes goes through services.

Each app registers its models with one of these. Two things hold for all of them: nobody enters but
admins (their role answers every question about permissions), and lists are not edited in place,
since that would print styles that the content security policy forbids.
"""

from django.contrib import admin
from django.db import transaction


class ReadOnlyAdmin(admin.ModelAdmin):
    """What the product writes by itself, to look at."""

    actions = None

    def has_add_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


class ServedAdmin(admin.ModelAdmin):
    """Saved and deleted by services: fill in ``add``, ``change`` and ``remove``.

    ``values`` are what the form changed, many-to-many fields as lists of rows. A ``Refused``
    becomes the refusal page, and the transaction around the act takes everything back.
    """

    def add(self, request, row, values):
        raise NotImplementedError

    def change(self, request, row, values):
        raise NotImplementedError

    def remove(self, request, rows):
        raise NotImplementedError

    def save_model(self, request, obj, form, change):
        names = form.changed_data if change else form.cleaned_data
        values = {name: form.cleaned_data[name] for name in names if name in form.cleaned_data}
        for field in obj._meta.many_to_many:
            if field.name in values:
                values[field.name] = list(values[field.name])
        if change:
            # The form has written on ``obj``; services compare with what the database holds.
            self.change(request, type(obj)._base_manager.get(pk=obj.pk), values)
        else:
            self.add(request, obj, values)

    def save_related(self, request, form, formsets, change):
        """The services saved many-to-many fields too; only inlines are left."""
        for formset in formsets:
            self.save_formset(request, form, formset, change=change)

    def delete_model(self, request, obj):
        self.remove(request, [obj])

    @transaction.atomic  # Django wraps the form of one row, not the action on ticked ones
    def delete_queryset(self, request, queryset):
        self.remove(request, list(queryset))

    def get_deleted_objects(self, objs, request):
        """What hangs on a row is the service's concern: it moves, keeps or refuses."""
        return [str(each) for each in objs], {}, set(), []
