"""One small company: alice's records, for her team or for her alone, and all that surrounds them.

Every text of hers holds a canary, so that a leak anywhere is found by one search. Each request runs
in a savepoint that is taken back, so that one world serves many.
"""

import io
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import SimpleNamespace

from django.db import connection, transaction
from django.test import Client
from django.utils import timezone
from PIL import Image

from accounts.models import User
from conversion.services import convert_leads
from exports.keeping import put
from exports.services import JOB as EXPORT_JOB
from history.models import Operation
from imports.counting import counted
from imports.models import Import, Row
from jobs.models import Job
from lists.models import SavedView
from opportunities.services import archive
from pipelines.models import Pipeline, Requirement
from takeout.services import JOB as TAKEOUT_JOB
from tests.factories import (
    ActivityFactory,
    ActivityTypeFactory,
    CategoryFactory,
    ChannelFactory,
    DealFactory,
    DealFileFactory,
    EmailAddressFactory,
    FieldFactory,
    ImportFactory,
    LabelFactory,
    LeadFactory,
    LineItemFactory,
    LostReasonFactory,
    NoteFactory,
    OrganizationFactory,
    PersonFactory,
    PhaseFactory,
    PipelineFactory,
    ProductFactory,
    ProjectFactory,
    ProjectFileFactory,
    RowFactory,
    SavedMatchingFactory,
    StageFactory,
    TeamFactory,
    UserFactory,
)
from tests.imports.ran import ran

CANARY = {"team": "zanzibar", "owner": "quetzal"}
PERSONAS = ("alice", "bob", "charlie", "manager", "reader", "admin", "anonymous", "deactivated")
# Written by signing in and by looking for guesses, whatever becomes of the request.
ASIDE = ("django_session", "axes_")
MISSING = 987_654_321


@dataclass
class World:
    users: dict
    settings: dict
    records: dict
    sessions: dict = field(default_factory=dict)
    forms: dict = field(default_factory=dict)
    before: str = ""

    def browser(self, persona) -> Client:
        """A browser without a past in which ``persona`` is signed in."""
        client = Client(raise_request_exception=False)
        if persona != "anonymous":
            if persona not in self.sessions:
                client.force_login(self.users[persona])
                self.sessions[persona] = client.cookies.output(header="", sep=";")
            client.cookies.load(self.sessions[persona])
        return client

    def record(self, about, visibility="team"):
        """The record called ``about``: one of alice's, or one of the settings."""
        return self.records[visibility].get(about) or self.settings[about]

    def names(self, visibility="team"):
        """The ids of all settings and records, by name, for what a row sends."""
        known = {**self.settings, **self.users, **self.records[visibility]}
        return {name: record.pk for name, record in known.items()}


def build() -> World:
    users = make_users()
    settings = make_settings(users)
    records = {visibility: make_records(visibility, users, settings) for visibility in CANARY}
    world = World(users, settings, records)
    for persona in users.keys() & PERSONAS:
        world.browser(persona)
    User.objects.filter(pk=users["deactivated"].pk).update(is_active=False)
    world.before = state()
    return world


def make_users():
    north, south = TeamFactory(name="North"), TeamFactory(name="South")
    return {
        "alice": UserFactory(name="Alice Martin", email="alice@carnet.example", team=north),
        "bob": UserFactory(name="Bob Petit", email="bob@carnet.example", team=north),
        "charlie": UserFactory(name="Charlie Roux", email="charlie@carnet.example", team=south),
        "manager": UserFactory(name="Mona Laurent", team=north, role=User.Role.MANAGER),
        "reader": UserFactory(name="Rita Blanc", team=north, role=User.Role.READER),
        "admin": UserFactory(name="Ada Moreau", role=User.Role.ADMIN),
        "deactivated": UserFactory(name="Dora Gone", team=north),
        "leaver": UserFactory(name="Leo Leaving", last_login=None),
        "left": UserFactory(name="Lena Left", is_active=False),
    }


def make_settings(users):
    pipeline = Pipeline.objects.filter(is_default=True).first()
    pipeline = pipeline or PipelineFactory(name="Sales", is_default=True)
    now = timezone.now()
    first, second = (StageFactory(pipeline=pipeline, position=n) for n in (10, 11))
    fields, elsewhere = make_fields(now), PipelineFactory(name="Elsewhere", position=7)
    return {
        "pipeline": pipeline,
        "stage": first,
        "second_stage": second,
        "empty_stage": StageFactory(pipeline=pipeline, position=12),
        "archived_stage": StageFactory(pipeline=pipeline, position=13, archived_at=now),
        "other_pipeline": PipelineFactory(name="Partners", position=5),
        "archived_pipeline": PipelineFactory(name="Former", position=6, archived_at=now),
        **fields,
        "requirement": Requirement.objects.create(
            pipeline=elsewhere, field=fields["field"], moment="enter"
        ),
        "phase": PhaseFactory(name="Building", position=10),
        "second_phase": PhaseFactory(name="Testing", position=11),
        "empty_phase": PhaseFactory(name="Waiting", position=12),
        "archived_phase": PhaseFactory(name="Idling", position=13, archived_at=now),
        "label": LabelFactory(name="Hot"),
        "spare_label": LabelFactory(name="Spare"),
        "channel": ChannelFactory(name="Fair"),
        "archived_channel": ChannelFactory(name="Fax", archived_at=now),
        "category": CategoryFactory(name="Hardware"),
        "archived_category": CategoryFactory(name="Software", archived_at=now),
        **make_products(now),
        "lost_reason": LostReasonFactory(name="Too dear"),
        "archived_lost_reason": LostReasonFactory(name="Too cheap", archived_at=now),
        "activity_type": ActivityTypeFactory(name="Chat"),
        "archived_activity_type": ActivityTypeFactory(name="Telex", archived_at=now),
        "team": TeamFactory(name="East"),
        "leaver": users["leaver"],
        "left": users["left"],
    }


def make_fields(now):
    """A custom field of every kind that people type into, and one that is a choice."""
    typed = "text long_text number money date_range phone email url person".split()
    fields = {kind: FieldFactory(kind=kind, name=f"Some {kind}") for kind in typed}
    choice = FieldFactory(kind="option", name="Some choice", options=["Small", "Large", "Former"])
    choice.options.filter(name="Former").update(archived_at=now)
    small, _large, former = choice.options.in_order()
    return {
        "field": fields["text"],
        "choice": choice,
        "calculated": FieldFactory(kind="calculated", formula="1 + 1"),
        "option": small,
        "archived_option": former,
        "deleted_field": FieldFactory(name="Some more", deleted_at=now),
    }


def picture_of(record, word):
    """A file with a small picture, so that every address of files has something to show."""
    drawn = io.BytesIO()
    Image.new("RGB", (8, 8), "teal").save(drawn, "PNG")
    content = drawn.getvalue() + word.encode()
    return {
        "description": f"{word} drawing",
        "file__name": f"{word} plan.png",
        "file__content": content,
        "file__uploaded_by": record.owner,
    }


def make_products(now):
    """What is sold: seen by all, so no canary stands in it."""
    field = FieldFactory(of="product", name="Some weight", kind="number")
    spare, own = CategoryFactory(name="Spare parts"), CategoryFactory(name="Machines")
    return {
        "spare_category": spare,
        "product_field": field,
        "product": ProductFactory(
            name="Mill", code="M-1", category=own, prices={"EUR": 12}, custom={str(field.pk): "12"}
        ),
        "inactive_product": ProductFactory(name="Old mill", is_active=False),
        "deleted_product": ProductFactory(name="Lost mill", deleted_at=now),
    }


def make_records(visibility, users, settings):
    """What alice owns: one record in each state that some address is about."""
    word, alice, now = CANARY[visibility], users["alice"], timezone.now()
    own = {"owner": alice, "visibility": visibility}
    away = {"deleted_at": now, "deleted_by": alice}
    put_away = {"archived_at": now, "archived_by": alice}
    organization = OrganizationFactory(name=f"{word} Works", website=f"{word}.example", **own)
    person = PersonFactory(
        name=f"{word} Persson", job_title=f"{word} chief", organization=organization, **own
    )
    EmailAddressFactory(person=person, address=f"{word}@client.example", is_primary=True)
    sale = {**own, "person": person, "organization": organization, "campaign": f"{word} campaign"}
    labels = [settings["label"]]
    of_stage = {"stage": settings["stage"]}
    lead = LeadFactory(title=f"{word} lead", labels=labels, **sale)
    deal = DealFactory(title=f"{word} deal", labels=labels, **of_stage, **sale)
    task = {"assignee": alice, "type": settings["activity_type"], "text": f"{word} details"}
    found = {
        "organization": organization,
        "lone_organization": OrganizationFactory(name=f"{word} Alone", **own),
        "deleted_organization": OrganizationFactory(name=f"{word} Ruin", **away, **own),
        "person": person,
        "lone_person": PersonFactory(name=f"{word} Solo", **own),
        "deleted_person": PersonFactory(name=f"{word} Ghost", **away, **own),
        "lead": lead,
        "twin_lead": LeadFactory(title=f"{word} twin", **sale),
        "archived_lead": LeadFactory(title=f"{word} put away", **put_away, **sale),
        "deleted_lead": LeadFactory(title=f"{word} thrown away", **away, **sale),
        "deal": deal,
        "line": LineItemFactory(deal=deal, name=f"{word} desk", comment=f"{word} comment"),
        "twin_deal": DealFactory(title=f"{word} twin deal", **of_stage, **sale),
        "won_deal": DealFactory(title=f"{word} won", won=True, **of_stage, **sale),
        "archived_deal": DealFactory(title=f"{word} stored", **put_away, **of_stage, **sale),
        "deleted_deal": DealFactory(title=f"{word} gone", **away, **of_stage, **sale),
        **make_projects(word, own, away, put_away, deal, settings),
        "activity": ActivityFactory(subject=f"{word} call", lead=lead, **task),
        "done_activity": ActivityFactory(
            subject=f"{word} called", deal=deal, done_at=now, done_by=alice, **task
        ),
        "note": NoteFactory(text=f"{word} note", lead=lead, author=alice),
        "view": SavedView.objects.create(owner=alice, of="leads", name=f"{word} view"),
        "file": DealFileFactory(deal=deal, **picture_of(deal, word)),
        "import": make_import(word, alice),
        "checked_import": make_checked_import(word, alice),
        "done_import": make_done_import(word, own),
        "running_import": make_run_import(word, alice, Import.Stage.RUNNING),
        "stopped_import": make_run_import(word, alice, Import.Stage.CANCELLED),
        "matching": SavedMatchingFactory(owner=alice, name=f"{word} matching", is_shared=True),
        "job": Job.objects.create(kind="test", by=alice, error=f"{word} error"),
    }
    # Not from the deal that returns to the leads.
    found["project"].deals.add(found["twin_deal"])
    found["export"] = Job.objects.create(
        kind=EXPORT_JOB,
        by=alice,
        status=Job.Status.DONE,
        arguments={"export": "leads", "file_format": "csv"},
    )
    with put(found["export"], "csv") as file:
        file.write(f"{word} exported".encode())
    found["archive"] = Job.objects.create(
        kind=TAKEOUT_JOB, by=users["admin"], status=Job.Status.DONE
    )
    with put(found["archive"], "zip") as file:
        file.write(b"PK")
    converted = LeadFactory(title=f"{word} converted", **sale)
    found["conversion"] = convert_leads([converted], into=settings["pipeline"], by=alice)
    found["converted_lead"] = converted
    undoable = LeadFactory(title=f"{word} to undo", **sale)
    archive([undoable], by=alice)
    found["operation"] = Operation.objects.latest("pk")
    return found


def make_import(word, alice):
    """A file whose columns are matched, so that it can be checked."""
    return ImportFactory(
        by=alice,
        name=f"{word}.csv",
        content=f"Title,E-mail\n{word} desks,{word}@new.example\n".encode(),
    )


def make_run_import(word, alice, stage):
    """One of which some rows are written, that runs or was stopped."""
    job = Job.objects.create(kind="imports.run", by=alice)
    return ImportFactory(by=alice, name=f"{word} run.csv", stage=stage, job=job, row_count=5)


def make_checked_import(word, alice):
    """The same after its check, which refused the only row."""
    columns = [{"field": "lead.title", "options": {}}, {"field": "person.email", "options": {}}]
    one = ImportFactory(
        by=alice,
        name=f"{word} checked.csv",
        content=f"Title,E-mail\n{word} desks,{word}\n".encode(),
        headers=["Title", "E-mail"],
        columns=columns,
        stage=Import.Stage.CHECKED,
        options={"format": "csv", "encoding": "utf-8", "delimiter": ",", "quote": '"'},
    )
    reason = f"{word} is no e-mail address."
    RowFactory(
        of=one,
        number=1,
        cells=[f"{word} desks", word],
        verdict=Row.Verdict.REFUSED,
        problems=[{"column": 1, "value": word, "reason": reason}],
        prepared={},
    )
    one.counts = counted(one)
    one.save()
    return one


def make_done_import(word, own):
    """One that ran: it brought a person, and left a row out."""
    one = ran(
        own["owner"],
        created=[PersonFactory(name=f"{word} imported", **own)],
        name=f"{word} done.csv",
        kind="person",
        headers=[f"{word} name"],
        row_count=1,
        done_to=1,
    )
    reason = [{"column": 0, "value": word, "reason": f"{word} is no name."}]
    RowFactory(of=one, number=1, cells=[word], verdict=Row.Verdict.REFUSED, problems=reason)
    return one


def make_projects(word, own, away, put_away, deal, settings):
    """A project in each state, of the same person and organization as ``deal``."""
    links = {"people": [deal.person], "organizations": [deal.organization]}
    of_phase = {"phase": settings["phase"], **own}
    labels = [settings["label"]]
    project = ProjectFactory(title=f"{word} project", labels=labels, **links, **of_phase)
    return {
        "project": project,
        "project_file": ProjectFileFactory(project=project, **picture_of(project, word)),
        "done_project": ProjectFactory(title=f"{word} finished", done=True, **of_phase),
        "archived_project": ProjectFactory(title=f"{word} shelved", **put_away, **of_phase),
        "deleted_project": ProjectFactory(title=f"{word} dropped", **away, **of_phase),
    }


# --- What a request wrote ----------------------------------------------------------------------


@contextmanager
def taken_back():
    """Whatever happens inside did not happen."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


class Written(list):
    """The statements that write, but for those of sessions and of guesses at passwords."""

    def __call__(self, execute, sql, params, many, context):
        words = sql.lstrip(" \n(").split(None, 3)
        verb = words[0].upper()
        is_writing = verb in ("INSERT", "UPDATE", "DELETE", "MERGE", "TRUNCATE", "COPY", "WITH")
        if verb == "WITH":
            is_writing = any(f" {word} " in sql.upper() for word in ("INSERT", "UPDATE", "DELETE"))
        if is_writing and not any(f'"{name}' in sql for name in ASIDE):
            self.append(sql)
        return execute(sql, params, many, context)


@contextmanager
def watched():
    """The statements written meanwhile."""
    written = Written()
    with connection.execute_wrapper(written):
        yield written


def state() -> str:
    """One hash of all rows of all tables, but for those that stand aside."""
    tables = sorted(name for name in connection.introspection.table_names() if is_ours(name))
    parts = " UNION ALL ".join(
        f"SELECT '{name}' || md5(coalesce(string_agg(t::text, '|' ORDER BY t::text), '')) AS part"
        f' FROM "{name}" t'
        for name in tables
    )
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT md5(string_agg(part, '' ORDER BY part)) FROM ({parts}) parts")
        return cursor.fetchone()[0]


def is_ours(table):
    return not table.startswith(ASIDE)


def answer(client, method, url, sent=(), *, htmx=False, headers=None) -> SimpleNamespace:
    """What ``url`` answers and the statements by which it wrote; nothing of it stays."""
    with taken_back():
        return asked(client, method, url, sent, htmx=htmx, headers=headers)


def asked(client, method, url, sent=(), *, htmx=False, headers=None) -> SimpleNamespace:
    """The same, and what it wrote stays."""
    headers = {**({"HX-Request": "true"} if htmx else {}), **(headers or {})}
    with watched() as written:
        response = getattr(client, method.lower())(url, dict(sent) or None, headers=headers)
        text = b"".join(response).decode(errors="replace") if response.streaming else response.text
    return SimpleNamespace(
        response=response,
        status=response.status_code,
        text=text,
        written=written,
    )
