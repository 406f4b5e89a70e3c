"""Take back an act on people or organizations, from what its events remember."""

from accounts.models import User
from accounts.policies import lock
from contacts import services
from contacts.models import Organization
from custom_fields.values import is_as_left, split, write
from history.services import begin, changed_again, gone_since, record
from history.undoing import undoes
from labels.models import Label


def undo_on(model):
    """Register how acts on ``model``, people or organizations, are taken back."""
    kind = model.kind

    @undoes(f"{kind}.deleted")
    def bring_back(operation, *, by):
        services.bring_back(subjects(operation), by=by)

    @undoes(f"{kind}.brought_back")
    def delete_again(operation, *, by):
        services.delete(subjects(operation), by=by)

    @undoes(f"{kind}.changed")
    def set_back(operation, *, by):
        """Put the old values back, if nobody changed them again since."""
        [contact] = lock(subjects(operation), by=by)
        changes = operation.events.get().changes
        own, custom = split(changes)
        for name, (_before, after) in own.items():
            if services.shown(services.present(contact, name)) != after:
                raise changed_again([contact])
        for key, (_before, after) in custom.items():
            if not is_as_left(contact, key, after):
                raise changed_again([contact])
        values = {name: thawed(name, before) for name, (before, _after) in own.items()}
        former = {key: before for key, (before, _after) in custom.items()}
        if write(contact, former, puts_back=True):
            values["custom"] = contact.custom
        services.put(contact, values)
        undone, _new = begin(f"{kind}.changed", by=by)
        record(
            undone,
            [contact],
            changes={name: [after, before] for name, (before, after) in changes.items()},
        )

    def subjects(operation):
        """What the act was about. What was purged since is asked for too, and found missing."""
        numbers = operation.events.filter(subject_kind=kind).values_list("subject_id", flat=True)
        return [model(pk=number) for number in numbers]


def thawed(name, value):
    """A value as an event kept it, as a contact's field takes it."""
    match name:
        case "labels":
            return list(Label.objects.filter(pk__in=[label["id"] for label in value]))
        case "email_addresses" | "phone_numbers":
            model = services.REACHES[name]
            column = "address" if name == "email_addresses" else "number"
            return [
                model(**{column: each["name"]}, kind=each["kind"], is_primary=each["is_primary"])
                for each in value
            ]
        case "owner":
            owner = User.objects.get(pk=value["id"])
            services.require_owner(owner)
            return owner
        case "organization":
            return value and organization_still_there(value)
        case _:
            return value


def organization_still_there(value):
    """The live organization that an event names; it may have been deleted since."""
    found = Organization.objects.filter(pk=value["id"]).first()
    if found is None:
        raise gone_since(value["name"])
    return found
