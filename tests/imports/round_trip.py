"""An export, imported into an empty database, and exported again: what is not as it was."""

import csv
import datetime
import io
import random
from decimal import Decimal

import python_calamine
from django.core.files.base import ContentFile
from django.utils import timezone

from activities.models import Activity, Note
from contacts.models import Organization, Person
from custom_fields.kinds import KINDS
from deals.models import Deal
from exports.formats import FORMATS
from exports.registry import EXPORTS
from exports.services import pieces_of
from imports import running
from imports.checking import start_check
from imports.models import Row
from imports.receiving import receive
from jobs.services import run_now
from leads.models import Lead
from products.models import Product
from tests.factories import (
    ChannelFactory,
    DealFactory,
    EmailAddressFactory,
    FieldFactory,
    LabelFactory,
    LeadFactory,
    OrganizationFactory,
    PersonFactory,
    PhoneNumberFactory,
)

NASTY = (
    "=1+1 '=1 ''=2 +33 -1 @SUM(A1) 'tis \"quoted\" a,b a;b a|b 0012 1e5 TRUE Yes 2026-01-02 12,50 "
    "Ünï—çödé 日本語 العربية 😀 \ufeffmark <b>&amp; \\n null #N/A http://x.example %s {0} ￥ ＝1"
).split(" ")


class Dice:
    """Records of every sort, the same ones for the same number."""

    def __init__(self, seed, users):
        self.any = random.Random(seed)
        self.users = users
        self.labels = [LabelFactory(name=name) for name in ("Hot, hot", "=new", 'a "b"', "Été")]
        self.channels = [ChannelFactory(name=name) for name in ("Web; shop", "-salon")]
        self.options = {}
        self.fields = {of: [self.field(of, kind) for kind in KINDS] for of in OF}
        self.pointed = {
            "user": users[0],
            "person": PersonFactory(name="Kept, person", owner=users[0]),
            "organization": OrganizationFactory(name="=Kept", owner=users[0]),
        }

    def field(self, of, kind):
        names = ["A, b", "=c", "d"] if "option" in kind else []
        return FieldFactory(of=of, kind=kind, name=f"{of}'s {kind}", options=names)

    def line(self):
        return " ".join(self.any.choices(NASTY, k=self.any.randint(1, 4)))

    def text(self):
        return "\n".join(self.line() for _each in range(self.any.randint(1, 3)))

    def maybe(self, value, otherwise=""):
        return value if self.any.random() < 0.7 else otherwise

    def day(self):
        return datetime.date(2026, 1, 1) + datetime.timedelta(days=self.any.randrange(900))

    def moment(self):
        begin = timezone.make_aware(datetime.datetime(2026, 3, 1))
        return begin + datetime.timedelta(minutes=self.any.randrange(10**5))

    def amount(self):
        return Decimal(self.any.randrange(-(10**7), 10**9)) / 10 ** self.any.randrange(5)

    def custom(self, of):
        return {
            str(field.pk): field.behaviour.stored(self.value(field), field)
            for field in self.fields[of]
            if self.any.random() < 0.6
        }

    def value(self, field):
        start = self.day()
        match field.kind:
            case "text":
                return self.line()
            case "long_text" | "address":
                return self.text()
            case "number":
                return self.amount()
            case "money":
                return self.amount(), self.any.choice(("EUR", "USD", "JPY"))
            case "date":
                return start
            case "date_range":
                return start, start + datetime.timedelta(days=self.any.randrange(30))
            case "time":
                return datetime.time(self.any.randrange(24), self.any.randrange(60))
            case "yes_no":
                return self.any.random() < 0.5
            case "option":
                return self.any.choice(field.choices)
            case "options":
                return self.any.sample(field.choices, k=self.any.randint(1, 3))
            case "phone":
                return f"+33 {self.any.randrange(10**8)}"
            case "email":
                return f"x{self.any.randrange(100)}@client.example"
            case "url":
                return f"https://x.example/{self.any.randrange(100)}?a=b,c"
        return self.pointed[field.kind]

    def contacts(self, number, owner):
        organization = self.maybe(
            OrganizationFactory(
                name=f"{number} {self.line()}"[:200],
                website=self.maybe(f"x{number}.example"),
                address=self.maybe(self.text()),
                custom=self.custom("organization"),
                **self.owned(owner),
            ),
            None,
        )
        person = PersonFactory(
            name=self.line(),
            job_title=self.maybe(self.line()[:120]),
            organization=organization,
            custom=self.custom("person"),
            **self.owned(owner),
        )
        for sort in ("home", "work"):
            address = f"{sort}{number}@client.example"
            EmailAddressFactory(person=person, address=address, is_primary=sort == "home")
        for each in range(self.any.randrange(3)):
            PhoneNumberFactory(person=person, number=f"+33 {each} {number}", is_primary=not each)
        for contact in filter(None, (person, organization)):
            contact.labels.set(self.some_labels())
        return {"person": person, "organization": organization}

    def owned(self, owner):
        visibility = self.any.choice(("owner", "team", "everyone"))
        return {"owner": owner, "visibility": visibility, "created_at": self.moment()}

    def sale(self, number):
        owner = self.any.choice(self.users)
        amount = self.maybe(abs(self.amount()), None)
        return {
            "title": self.line(),
            "value": amount,
            "currency": "" if amount is None else self.any.choice(("EUR", "CHF", "JPY")),
            "expected_close_on": self.maybe(self.day(), None),
            "channel": self.maybe(self.any.choice(self.channels), None),
            "campaign": self.maybe(self.line()[:80]),
            "labels": self.some_labels(),
            "custom": self.custom("opportunity"),
            **self.owned(owner),
            **self.contacts(number, owner),
        }

    def lead(self, number):
        LeadFactory(**self.sale(number))

    def deal(self, number):
        ended = self.moment() + datetime.timedelta(days=200)
        reason = {"lost_reason": self.reasons[0], "lost_comment": self.line()}
        how = self.any.choice(
            ({}, {"won": True, "won_at": ended}, {"lost": True, "lost_at": ended, **reason})
        )
        DealFactory(
            stage=self.any.choice(self.stages),
            probability=self.maybe(self.any.randrange(101), None),
            **how,
            **self.sale(number),
        )

    def some_labels(self):
        return self.any.sample(self.labels, k=self.any.randrange(4))


OF = ("opportunity", "person", "organization", "product")
# Where they come from, and what happened to them here, is of this database alone.
PRESENT = datetime.datetime(2026, 10, 1, tzinfo=datetime.UTC)
OWN = {"source", "updated", "seen", "next", "entered", "idle"}


def exported(name, user, file_format):
    export = EXPORTS[name]
    records = export.everything(user).order_by("created_at", "pk")
    if records.model in (Person, Organization):  # those that custom fields point at stay
        records = records.filter(created_at__lt=PRESENT)
    return b"".join(
        pieces_of(export, records, export.all_columns(user), FORMATS[file_format], user)
    )


def imported(content, user, file_format, kind):
    """All that ``content`` says, without a hand laid on what is guessed of it."""
    suffix = FORMATS[file_format].suffix
    one = receive(ContentFile(content, name=f"export.{suffix}"), kind=kind, by=user)
    one.stage = "check"
    one.choices = dict.fromkeys(("lead", "deal", "person", "organization", "product"), "create")
    one.save()
    job = run_now(start_check(one, by=user))
    assert job.status == "done", job.error
    refused = Row.objects.filter(of=one).exclude(verdict="ready")
    assert [(row.number, row.problems) for row in refused] == []
    one = running.start(one, by=user)
    job = run_now(one.job)
    assert job.status == "done", job.error
    return one


def forget(dice):
    """An empty database but for its settings, and what custom fields point at."""
    for model in (Activity, Note, Lead, Deal):
        getattr(model, "everything", model.objects).all().delete()
    Person.everything.exclude(pk=dice.pointed["person"].pk).delete()
    Organization.everything.exclude(pk=dice.pointed["organization"].pk).delete()
    Product.everything.all().delete()


def changed_by_a_round_trip(dice, user, name, kind, file_format, own=OWN):
    """Import what was exported; answer with the cells that are not what they were."""
    first = exported(name, user, file_format)
    forget(dice)
    imported(first, user, file_format, kind)
    again = exported(name, user, file_format)
    heads = {str(each.title) for each in EXPORTS[name].all_columns(user) if each.name in own}
    found = differences(table(first, file_format), table(again, file_format))
    return [change for change in found if change[0] not in heads]


def differences(before, after):
    """Cells that are not what they were: their heads, what they said, and what they say now."""
    return [
        (head, former, now)
        for row, other in zip(before, after, strict=True)
        for head, former, now in zip(before[0], row, other, strict=True)
        if former != now
    ]


def table(content, file_format):
    if file_format == "xlsx":
        book = python_calamine.load_workbook(io.BytesIO(content))
        return book.get_sheet_by_index(0).to_python()
    delimiter = ";" if file_format == "semicolons" else ","
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig")), delimiter=delimiter))
