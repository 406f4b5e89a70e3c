"""Change one field of a lead or a deal where it stands."""

from dataclasses import dataclass

from lists.in_place import Places, edit_field
from opportunities.columns import carrying, with_custom_names

__all__ = ["InPlace", "edit_field"]


@dataclass(frozen=True)
class InPlace(Places):
    """How leads or deals are changed in their places."""

    def seen(self, user, column):
        return carrying(self.of.model.objects.visible_to(user), [column], user)

    def ready(self, record, column):
        with_custom_names([record], [column])
