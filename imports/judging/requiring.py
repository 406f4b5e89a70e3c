"""What a row has to say so that a record can be made of it, as the pages ask for it too."""

from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contacts.models import Person
from custom_fields.models import Field
from deals.models import LineItem
from imports.judging.agreeing import begin_activity
from imports.judging.preparing import Preparing, chosen_of, problem
from imports.judging.recognising import Meant, worded
from imports.judging.repeating import Earlier
from imports.rules import assigning
from imports.rules.codes import Codes
from imports.rules.deal_rules import DealRules
from imports.rules.known_deals import KnownDeals

# What nothing can go without, by kind and place.
ALWAYS = (
    ("product", "name", gettext_lazy("A product has a name.")),
    ("activity", "subject", gettext_lazy("An activity has a subject.")),
    ("activity", "type", gettext_lazy("There is no type of activities yet. Add one first.")),
    ("note", "text", gettext_lazy("A note has a text.")),
)
NAMES = ("person.name", "person.first_name", "person.last_name", "person.email")
MOST_OF_NAME = Person._meta.get_field("name").max_length
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

    def meet(self, rows: Sequence[tuple[dict, Meant]], earlier: Earlier) -> None:
        """Look up the deals that these rows change, whose codes they say and to whom they give
        activities, before each row is asked about.
        """
        if self.kind == "deal":
            numbers = {one.known["deal"] for _says, one in rows if "deal" in one.known}
            self.standing = KnownDeals(self.deals, numbers)
        if self.kind == "product":
            codes = [says.get("product", {}).get("code") or "" for says, _one in rows]
            words = {worded(("code", code.lower())): code.lower() for code in codes if code}
            before = earlier.among("product", words)
            called = {words[word]: name for word, (name, _row) in before.items() if word in words}
            self.codes = Codes(codes, called)
        if self.kind == "activity":
            wanted = (self.given(says, one) for says, one in rows)
            self.unseen = assigning.refused(each for each in wanted if each)

    def lacking(self, says: dict[str, dict], one: Meant) -> Iterator[dict]:
        """What is wrong with a row that means ``one``: what it begins is made of what the row says,
        the others are there.

        What goes without saying is said: a person who is known by an address alone is called by it,
        and a sale by whom it is with.
        """
        new = one.begun
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
        yield from self.kept(says, one)
        yield from self.filled_in(own, self.kind in new)

    def begun(self, own, says):
        """What a new record of the kind that the rows make has to say."""
        if self.kind in ("lead", "deal"):
            if not (says.get("person") or says.get("organization")):
                reason = _("It has neither a person nor an organization.")
                yield self.missing(reason, "organization.name", *NAMES, "person.external_id")
            elif not own.get("title"):
                yield from self.titled(own, says)
        if self.kind == "activity":
            begin_activity(own, self.known)
        for kind, place, reason in ALWAYS:
            if kind == self.kind and not own.get(place):
                yield self.missing(reason, f"{kind}.{place}")

    def given(self, says, one):
        """To whom a row gives its activity."""
        assignee = says.get("activity", {}).get("assignee")
        return assigning.given(assignee, dict.fromkeys(one.new) | one.known, by=self.known.user)

    def kept(self, says, one):
        """The rules that ask what is there."""
        own, called = says[self.kind], one.known.get(self.kind, one.new.get(self.kind))
        if self.kind == "deal":
            yield from self.of_deal(own, called, is_new="deal" in one.begun)
        elif self.kind == "product" and (reason := self.codes.refused(called, own.get("code"))):
            yield self.missing(reason, "product.code")
        elif self.kind == "activity" and (reason := self.unseen.get(self.given(says, one))):
            yield self.missing(reason, "activity.assignee")

    def of_deal(self, own, called, *, is_new):
        """The rules of deals, for one that the row makes or one that it changes."""
        if not is_new:
            yield from self.standing.typed(called, own, self.column_of)
            yield from self.standing.change(called, own, self.column_of)
        elif problems := list(self.deals.lacking(own, self.column_of)):
            yield from problems
        else:
            self.standing.begin(called, own)

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
            own["name"] = addresses[0]["address"][:MOST_OF_NAME]
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


def names_of(record):
    """The fields by which rows name a record that is to be there."""
    return (f"{record}.external_id", f"{record}.title", f"{record}.name")


def required_of(of: Field.Of) -> list[Field]:
    """The custom fields that every record of this sort has to say."""
    return list(Field.objects.filter(of=of, is_required=True).filled_in().in_order())
