"""What a row has to say so that a record can be made of it, as the pages ask for it too."""

from collections.abc import Callable, Container, Iterator
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from custom_fields.models import Field
from deals.models import Deal, LineItem, LostReason
from imports.agreeing import begin_activity
from imports.known import Known
from imports.preparing import Preparing, chosen_of, problem
from pipelines.models import Requirement
from pipelines.queries import required_fields

# What nothing can go without, by kind and place.
ALWAYS = (
    ("product", "name", gettext_lazy("A product has a name.")),
    ("activity", "subject", gettext_lazy("An activity has a subject.")),
    ("activity", "type", gettext_lazy("There is no type of activities yet. Add one first.")),
    ("note", "text", gettext_lazy("A note has a text.")),
)
NAMES = ("person.name", "person.first_name", "person.last_name", "person.email")
CUSTOM_OF = {
    "lead": Field.Of.OPPORTUNITY,
    "person": Field.Of.PERSON,
    "organization": Field.Of.ORGANIZATION,
    "product": Field.Of.PRODUCT,
}


class Requiring:
    """What the rows of one import have to say; made once, so that no row costs a statement."""

    def __init__(self, preparing: Preparing):
        self.kind = preparing.importing.kind
        self.column_of: Callable[..., int | None] = preparing.column_of
        self.required = required_of(CUSTOM_OF[self.kind]) if self.kind in CUSTOM_OF else []
        self.known = preparing.known
        if self.kind == "deal":
            usual = chosen_of(preparing.importing)["lost_reason"]
            self.deals = DealRules(self.known, usual)

    def lacking(self, says: dict[str, dict], new: Container[str]) -> Iterator[dict]:
        """What is wrong with a row of which the records ``new`` are made, the others being there.

        What goes without saying is said: a person who is known by an address alone is called by it,
        and a sale by whom it is with.
        """
        for record in ("organization", "person"):
            if record in new:
                yield from self.named(record, says[record])
        for record in ("lead", "deal", "product"):
            if record in new and record != self.kind:
                yield self.missing(_("It is not here yet. Import it first."), *names_of(record))
        if self.kind in ("activity", "note"):
            yield from self.about(says)
        if "line" in says:
            yield from self.sold(says["line"])
        own = says.setdefault(self.kind, {})
        if self.kind in new:
            yield from self.begun(own, says)
        yield from self.filled_in(own, self.kind in new)

    def begun(self, own, says):
        """What a new record of the kind that the rows make has to say."""
        if self.kind in ("lead", "deal"):
            if not (says.get("person") or says.get("organization")):
                reason = _("It has neither a person nor an organization.")
                yield self.missing(reason, "organization.name", *NAMES, "person.external_id")
            elif not own.get("title"):
                yield from self.titled(own, says)
        if self.kind == "deal":
            yield from self.deals.lacking(own, self.column_of)
        if self.kind == "activity":
            begin_activity(own, self.known)
        for kind, place, reason in ALWAYS:
            if kind == self.kind and not own.get(place):
                yield self.missing(reason, f"{kind}.{place}")

    def filled_in(self, own, is_new):
        """The required fields: a new record has to say them, and no change empties one."""
        custom = own.get("custom", {})
        for field in self.required:
            if custom.get(str(field.pk), None if is_new else "as it is") is None:
                reason = _("“%(field)s” is required.") % {"field": field}
                yield self.missing(reason, f"{self.kind}.{field.key}")

    def missing(self, reason, *names):
        return problem(self.column_of(*names), "", reason)

    def named(self, record, own):
        if own.get("name"):
            return
        if record == "organization":
            yield self.missing(_("An organization has a name."), "organization.name")
        elif addresses := own.get("emails"):
            own["name"] = addresses[0]["address"]
        else:
            yield self.missing(_("A person has a name, or at least an e-mail address."), *NAMES)

    def titled(self, own, says):
        for record in ("organization", "person"):
            if name := says.get(record, {}).get("name"):
                own["title"] = name
                return
        yield self.missing(_("It has no title."), f"{self.kind}.title")

    def sold(self, line):
        """What is sold has a name, and its discount leaves something of its price."""
        if not (line.get("product") or line.get("name")):
            yield self.missing(_("It does not say what is sold."), "line.product", "line.name")
        if line.get("discount_kind") == LineItem.Discount.AMOUNT and line.get("price"):
            whole = Decimal(line.get("quantity") or 1) * Decimal(line["price"])
            if Decimal(line.get("discount") or 0) > whole:
                reason = _("A discount takes off no more than there is.")
                yield self.missing(reason, "line.discount")

    def about(self, says):
        if not any(says.get(record) for record in ("deal", "lead", "person", "organization")):
            reason = _("It does not say which record it belongs to.")
            places = ("deal", "lead", "person", "organization")
            yield self.missing(reason, *(f"{record}.external_id" for record in places))


class DealRules:
    """What deals need in the stage they enter, and to be won or lost."""

    def __init__(self, known: Known, usual_reason: str):
        self.stages = {stage.pk: stage for stage in known.stages}
        self.first = next(iter(known.stages), None)
        self.needed = {
            moment: required_fields(moment, self.stages) for moment in Requirement.Moment
        }
        self.reasons = {reason.pk: reason for reason in LostReason.objects.all()}
        self.usual_reason = next(
            (pk for pk, reason in self.reasons.items() if str(pk) == usual_reason), None
        )
        self.has_reasons = any(reason.archived_at is None for reason in self.reasons.values())

    def lacking(self, own, column_of):
        if own.get("stage") is None and self.first is not None:
            own["stage"] = self.first.pk
        stage = self.stages.get(own.get("stage"))
        if stage is None:
            reason = _("Deals cannot enter this stage any more. Choose another one.")
            yield problem(column_of("deal.stage"), "", reason)
            return
        moments = [Requirement.Moment.ENTER]
        if own.get("status") == Deal.Status.WON:
            moments.append(Requirement.Moment.WON)
        if own.get("status") == Deal.Status.LOST:
            moments.append(Requirement.Moment.LOST)
            yield from self.lost(own, stage, column_of)
        custom = own.get("custom", {})
        for field in {field for each in moments for field in self.needed[each].get(stage.pk, ())}:
            if custom.get(str(field.pk)) is None:
                reason = _("“%(stage)s” requires “%(field)s”.") % {"stage": stage, "field": field}
                yield problem(column_of(f"deal.{field.key}"), "", reason)

    def lost(self, own, stage, column_of):
        if own.get("lost_reason") is None and self.usual_reason is not None:
            own["lost_reason"] = self.usual_reason
        reason = self.reasons.get(own.get("lost_reason"))
        if reason is None and isinstance(own.get("lost_reason"), str):
            return  # one that the run adds
        if reason is None and stage.pipeline.lost_needs_reason and self.has_reasons:
            yield problem(column_of("deal.lost_reason"), "", _("A lost deal needs a reason."))
        elif reason is not None and reason.needs_comment and not own.get("lost_comment"):
            told = _("The reason “%(reason)s” needs a comment.") % {"reason": reason}
            yield problem(column_of("deal.lost_comment", "deal.lost_reason"), "", told)


def names_of(record):
    """The fields by which rows name a record that is to be there."""
    return (f"{record}.external_id", f"{record}.title", f"{record}.name")


def required_of(of: Field.Of) -> list[Field]:
    """The custom fields that every record of this sort has to say."""
    return list(Field.objects.filter(of=of, is_required=True).filled_in().in_order())
