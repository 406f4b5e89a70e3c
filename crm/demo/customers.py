"""The team meets its customers: organizations and people, weeks before anything is sold."""

import unicodedata
from dataclasses import dataclass, field

from accounts.models import User
from contacts.models import EmailAddress, Organization, Person, PhoneNumber
from contacts.services import create_organization, create_person
from crm.demo.companies import COMPANIES, STRANGERS, Company
from crm.demo.diary import Diary, newborn
from crm.demo.team import FOUNDED, Cast

EARLIEST, LATEST = FOUNDED - 5, 130  # days ago


@dataclass
class Customer:
    """Somebody to sell to: an organization with its people, or a person alone."""

    owner: User
    language: str
    organization: Organization | None = None
    people: list[Person] = field(default_factory=list)


def meet_customers(diary: Diary, cast: Cast) -> dict[str | None, list[Customer]]:
    """Write the first meetings into the diary; the customers by name, strangers under ``None``."""
    customers = {
        company.name: [meet_company(diary, cast, company, number)]
        for number, company in enumerate(COMPANIES)
    }
    customers[None] = [meet_stranger(diary, cast, *stranger) for stranger in STRANGERS]
    return customers


def meet_company(diary, cast, company: Company, number):
    owner = cast.users[company.owner]
    customer = Customer(owner, company.language)
    customer.organization = Organization(
        name=company.name, website=f"https://www.{company.domain}", address=company.address
    )
    cast.sayings.about_organization(customer.organization)
    labels = cast.labelled("Partner" if number % 9 == 4 else "VIP" if number % 9 == 7 else "")
    story = diary.story()
    met = diary.random.randint(LATEST, EARLIEST)
    story.then(
        met, lambda: create_organization(newborn(customer.organization), labels=labels, by=owner)
    )
    for place, (name, job_title) in enumerate(company.people):
        person = Person(name=name, job_title=job_title)
        cast.sayings.about_person(person, mailbox(name))
        customer.people.append(person)
        emails = [EmailAddress(address=f"{mailbox(name)}@{company.domain}")]
        phones = [PhoneNumber(number=company.dialling.format(place, number % 10))]
        story.then(
            met - place * diary.random.randint(1, 10),
            lambda person=person, emails=emails, phones=phones: create_person(
                belonging(person, customer), email_addresses=emails, phone_numbers=phones, by=owner
            ),
        )
    return customer


def meet_stranger(diary, cast, name, language, owner):
    customer = Customer(cast.users[owner], language, people=[Person(name=name)])
    emails = [EmailAddress(address=f"{mailbox(name)}@post.example", kind="home")]
    diary.story().then(
        diary.random.randint(35, LATEST),
        lambda: create_person(
            newborn(customer.people[0]), email_addresses=emails, by=customer.owner
        ),
    )
    return customer


def belonging(person, customer):
    """``person``, made now, with the organization, which has its number by now."""
    person.organization = customer.organization
    return newborn(person)


def mailbox(name):
    """``Élodie Beaulieu`` reads ``elodie.beaulieu@``."""
    spelled = name.replace("ø", "o").replace("Ø", "O").replace("ł", "l").replace("Ł", "L")
    letters = unicodedata.normalize("NFKD", spelled).encode("ascii", "ignore").decode()
    return ".".join(letters.lower().replace("-", " ").split())
