"""What was exported comes back: an export, imported into an empty database, exports the same."""

import csv
import datetime
import io
import random
from decimal import Decimal

import pytest
import python_calamine
from django.core.files.base import ContentFile
from django.utils import timezone

from contacts.models import Organization, Person
from custom_fields.kinds import KINDS
from exports.formats import FORMATS
from exports.registry import EXPORTS
from exports.services import pieces_of
from imports import running
from imports.checking import start_check
from imports.models import Row
from imports.receiving import receive
from jobs.services import run_now
from leads.models import Lead
from tests.factories import (
    ChannelFactory,
    EmailAddressFactory,
    FieldFactory,
    LabelFactory,
    LeadFactory,
    OrganizationFactory,
    PersonFactory,
    PhoneNumberFactory,
)

pytestmark = pytest.mark.django_db

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

    def lead(self, number):
        owner = self.any.choice(self.users)
        organization = self.maybe(OrganizationFactory, None) and OrganizationFactory(
            name=f"{number} {self.line()}"[:200],
            owner=owner,
            website=self.maybe(f"x{number}.example"),
            address=self.maybe(self.text()),
            custom=self.custom("organization"),
        )
        person = PersonFactory(
            name=self.line(),
            owner=owner,
            job_title=self.maybe(self.line()[:120]),
            organization=organization,
            custom=self.custom("person"),
        )
        EmailAddressFactory(person=person, address=f"p{number}@client.example", is_primary=True)
        if self.maybe("phone"):
            PhoneNumberFactory(person=person, number=f"+33 6 {number}", is_primary=True)
        for contact in filter(None, (person, organization)):
            contact.labels.set(self.some_labels())
        amount = self.maybe(abs(self.amount()), None)
        LeadFactory(
            title=self.line(),
            owner=owner,
            person=person,
            organization=organization,
            value=amount,
            currency="" if amount is None else self.any.choice(("EUR", "CHF", "JPY")),
            expected_close_on=self.maybe(self.day(), None),
            channel=self.maybe(self.any.choice(self.channels), None),
            campaign=self.maybe(self.line()[:80]),
            visibility=self.any.choice(("owner", "team", "everyone")),
            created_at=self.moment(),
            labels=self.some_labels(),
            custom=self.custom("opportunity"),
        )

    def some_labels(self):
        return self.any.sample(self.labels, k=self.any.randrange(4))


OF = ("opportunity", "person", "organization")
# Where they come from, and what happened to them here, is of this database alone.
OWN = {"Source", "Changed", "Seen", "Next step"}


def exported(name, user, file_format):
    export = EXPORTS[name]
    records = export.everything(user).order_by("created_at", "title")
    return b"".join(
        pieces_of(export, records, export.all_columns(user), FORMATS[file_format], user)
    )


def imported(content, user, file_format, kind):
    """All that ``content`` says, without a hand laid on what is guessed of it."""
    suffix = FORMATS[file_format].suffix
    one = receive(ContentFile(content, name=f"export.{suffix}"), kind=kind, by=user)
    one.stage = "check"
    one.choices = dict.fromkeys(("lead", "person", "organization"), "create")
    one.save()
    job = run_now(start_check(one, by=user))
    assert job.status == "done", job.error
    refused = Row.objects.filter(of=one).exclude(verdict="ready")
    assert [(row.number, row.problems) for row in refused] == []
    one = running.start(one, by=user)
    job = run_now(one.job)
    assert job.status == "done", job.error
    return one


@pytest.mark.parametrize("file_format", ["csv", "semicolons", "xlsx"])
def test_leads_come_back_as_they_were(admin, alice, file_format):
    dice = Dice(file_format, [admin, alice])
    for number in range(15):
        dice.lead(number)
    first = exported("leads", admin, file_format)
    Lead.everything.all().delete()
    kept = [each.pk for each in dice.pointed.values()]
    Person.everything.exclude(pk__in=kept).delete()
    Organization.everything.exclude(pk__in=kept).delete()

    imported(first, admin, file_format, "lead")

    again = exported("leads", admin, file_format)
    assert differences(table(first, file_format), table(again, file_format)) == []


def differences(before, after):
    """Cells that are not what they were: their heads, what they said, and what they say now."""
    heads = before[0]
    return [
        (head, former, now)
        for row, other in zip(before, after, strict=True)
        for head, former, now in zip(heads, row, other, strict=True)
        if former != now and head not in OWN
    ]


def table(content, file_format):
    if file_format == "xlsx":
        book = python_calamine.load_workbook(io.BytesIO(content))
        return book.get_sheet_by_index(0).to_python()
    delimiter = ";" if file_format == "semicolons" else ","
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig")), delimiter=delimiter))
