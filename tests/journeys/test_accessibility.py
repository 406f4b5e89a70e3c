"""axe finds no violation on any page, in light and dark, and none scrolls sideways on a phone."""

from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.auth.tokens import default_token_generator
from django.urls import Resolver404, URLPattern, get_resolver, resolve, reverse
from django.utils import timezone
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from activities.models import Note
from contacts.models import EmailAddress, PhoneNumber
from custom_fields.kinds import KINDS
from imports.reverting import start as start_taking_back
from jobs.models import Job
from jobs.services import run_now
from lists.models import SavedView
from opportunities import services as opportunities
from opportunities.following import follow
from pipelines.models import Requirement
from tests.factories import (
    ActivityFactory,
    ActivityTypeFactory,
    CategoryFactory,
    ChannelFactory,
    DealFactory,
    DealFileFactory,
    FieldFactory,
    ImportFactory,
    LabelFactory,
    LeadFactory,
    LineItemFactory,
    LostReasonFactory,
    NoteFactory,
    OrganizationFactory,
    ParticipantFactory,
    PersonFactory,
    PhaseFactory,
    PipelineFactory,
    ProductFactory,
    ProjectFactory,
    ProjectFileFactory,
    RowFactory,
    SavedMatchingFactory,
    StageFactory,
)
from tests.files.making import image
from tests.imports.checks import checked, importing
from tests.imports.ran import ran

pytestmark = [pytest.mark.browser, pytest.mark.slow]

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# Dark differs from light in its colours only.
RULES = {"light": TAGS, "dark": {"type": "rule", "values": ["color-contrast"]}}
LONG = "A very long title that somebody pasted from a letter without looking at it once " * 3
CHECKED = ("refused", "skipped", "ready", "again")
WIDTHS = (390, 320)  # a phone, and a page zoomed to 400 %
SIDEWAYS = "document.documentElement.scrollWidth - innerWidth"
# No pages: what machines ask for, what is answered in parts, and what stands in the gallery.
PARTS = {
    "core:healthz", "core:icons", "core:gallery_options", "core:gallery_panel",
    "contacts:person_options", "contacts:organization_options", "contacts:reach_row",
    "activities:timeline", "deals:column", "deals:forecast_column", "deals:redraw",
    "deals:line_options", "deals:reckon_line", "deals:reckon_new_line",
    "projects:column", "projects:redraw", "projects:options", "projects:deal_options",
    "products:price_row",
    "exports:file", "takeout:archive", "imports:left_out",
    "deals:file", "deals:file_preview", "projects:file", "projects:file_preview",
}  # fmt: skip


def imports_of(alice, bob, leads):
    """One that can be taken back, though a lead of it was changed since, and one that was."""
    both = [ran(alice, created=[lead], headers=["Title"], row_count=2, done_to=2) for lead in leads]
    reason = [{"column": 0, "value": "", "reason": "It has no title."}]
    for one, lead in zip(both, leads, strict=True):
        RowFactory(of=one, number=1)
        RowFactory(of=one, number=2, verdict="refused", problems=reason)
        opportunities.change(lead, {"campaign": "Fair"}, by=bob)
    run_now(start_taking_back(both[1], by=alice).job)
    return both


@pytest.fixture
def world(alice, bob, admin, stages):
    """Every kind of record, each with something to show, and one with a very long title."""
    call = ActivityTypeFactory(name="Call", icon="phone")
    label = LabelFactory(name="Hot", hue="red")
    word = {"channel": ChannelFactory(name="Trade show"), "reason": LostReasonFactory(name="Price")}
    organization = OrganizationFactory(name="Lumière Énergie", owner=alice)
    person = PersonFactory(name="Nora Weber", owner=alice, organization=organization)
    EmailAddress.objects.create(person=person, address="nora@client.example", is_primary=True)
    PhoneNumber.objects.create(person=person, number="+33 6 12 34 56 78", is_primary=True)
    contacts = {"owner": alice, "person": person, "organization": organization}
    money = {"value": 12_500, "currency": "EUR", "channel": word["channel"], "labels": [label]}
    today = timezone.localdate()
    leads = [
        LeadFactory(title=title, next_activity_on=due, **contacts, **money)
        for title, due in [
            (LONG[:200], today - timedelta(days=3)),
            ("Coffee for two floors", today),
            ("A larger kitchen", today + timedelta(days=9)),
            ("Unread", None),
        ]
    ]
    put_away, gone = (LeadFactory(title=f"Put away {n}", **contacts) for n in range(2))
    opportunities.archive([put_away], by=alice)
    opportunities.delete([gone], by=alice)
    deal, rotten, won, lost = (
        DealFactory(title=title, stage=stage, **contacts, **money, **more)
        for title, stage, more in [
            (LONG[:200], stages[0], {"next_activity_on": today}),
            ("Idle", stages[0], {"idle_since": timezone.now() - timedelta(days=90)}),
            ("Won", stages[1], {"won": True}),
            ("Lost", stages[2], {"lost": True, "lost_reason": word["reason"]}),
        ]
    )
    for number in range(9):
        file = DealFileFactory(
            deal=deal,
            file__name=f"{LONG[:180]} {number}.png",
            file__content=image(),
            description="Signed",
        )
    line = LineItemFactory(deal=deal, name=LONG[:200], comment="Two floors", tax=20)
    LineItemFactory(deal=deal, frequency="monthly", cycles=12, is_enabled=False)
    for _each in range(6):
        ParticipantFactory(deal=deal, role="Decision maker")
    for record in (leads[0], deal):
        follow(record, alice, by=bob)
    stages[0].rotting_days = 10
    stages[0].save()
    for about in ({"lead": leads[0]}, {"deal": deal}, {"person": person}):
        NoteFactory(author=alice, text="Wants a **quote**:\n\n- ten people\n- two days", **about)
        ActivityFactory(type=call, assignee=alice, due_on=today - timedelta(days=3), **about)
    done = ActivityFactory(
        type=call, assignee=alice, lead=leads[1], done_at=timezone.now(), done_by=alice
    )
    other = PipelineFactory(name="Partners", position=1)
    StageFactory(pipeline=other, name="First talk")
    renewals = PipelineFactory(name="Renewals", position=2)
    DealFactory(stage=StageFactory(pipeline=renewals, name="Due"), **contacts)
    category = CategoryFactory(name="Machines")
    product = ProductFactory(
        name="Mill", code="M-7", category=category, prices={"EUR": 690, "USD": 740}
    )
    ProductFactory(name="Old mill", is_active=False, frequency="monthly", cycles=12)
    ProductFactory(name="Lost mill", deleted_at=timezone.now())
    fields = {
        kind: FieldFactory(kind=kind, name=f"Some {kind}", group="Purchase" if n % 2 else "")
        for n, kind in enumerate(KINDS)
    }
    for field in (fields["option"], fields["options"]):
        field.options.create(name="Small")
    Requirement.objects.create(pipeline=other, field=fields["text"], moment="won")
    Requirement.objects.create(pipeline=stages[0].pipeline, field=fields["money"], moment="enter")
    FieldFactory(name="Gone", deleted_at=timezone.now())
    commission = FieldFactory(
        kind="calculated", name="Commission", formula="value * 0.08", is_money=True
    )
    phase, empty_phase = PhaseFactory(name="Preparation"), PhaseFactory(name="Handover")
    PhaseFactory(name="Former", archived_at=timezone.now())
    of_project = {"owner": alice, "phase": phase, "organizations": [organization]}
    project = ProjectFactory(
        title=LONG[:200],
        labels=[label],
        people=[person],
        deals=[deal],
        ends_on=today - timedelta(days=2),
        **of_project,
    )
    project_file = ProjectFileFactory(
        project=project,
        file__name=f"{LONG[:180]}.png",
        file__content=image(),
        description="Approved",
    )
    done_project = ProjectFactory(title="Done", done=True, **of_project)
    view = SavedView.objects.create(owner=alice, of="leads", name="My own leads, the hot ones")
    imported, taken_back = imports_of(alice, bob, leads[2:])
    jobs = [
        Job.objects.create(kind="conversion.convert", by=alice, status=status, of=8, step=3, **end)
        for status, end in [
            ("done", {"result": {"text": "3 leads converted."}, "finished_at": timezone.now()}),
            ("failed", {"error": "It broke.", "finished_at": timezone.now()}),
        ]
    ]
    counts = {"rows": {"ready": 5}, "records": {"lead": {"created": 5}}, "pace": 1_200}
    runs = [
        ImportFactory(by=alice, stage=stage, job=jobs[0], row_count=5, counts=counts)
        for stage in ("checked", "cancelled", "done", "failed")
    ]
    waiting = Job.objects.create(kind="imports.run", by=alice, of=5)
    runs.append(
        ImportFactory(by=alice, stage="running", job=waiting, row_count=5, done_to=2, counts=counts)
    )
    return {
        "runs": runs,
        "imported": imported,
        "taken_back": taken_back,
        "lead": leads[0], "leads": leads, "archived": put_away, "deal": deal, "rotten": rotten,
        "won": won, "lost": lost, "person": person, "organization": organization, "label": label,
        "partners": other, "renewals": renewals, "reason": word["reason"],
        "activity": done, "note": Note.objects.get(lead=leads[0]), "pipeline": stages[0].pipeline,
        "stage": stages[0], "jobs": jobs, "field": fields["option"], "plain": fields["text"],
        "calculated": commission,
        "option": fields["option"].options.get(), "view": view, "user": bob, "team": bob.team,
        "project": project, "done_project": done_project, "phase": phase,
        "empty_phase": empty_phase, "product": product, "category": category, "file": file,
        "project_file": project_file, "line": line, **checks_of(alice),
    }  # fmt: skip


def checks_of(alice):
    """An import that is to be checked, and one of which a check found every sort of row."""
    fields = ["lead.title", "person.name", "person.email", "lead.channel"]
    text = (
        "Title,Name,E-mail,Channel\n"
        f"{LONG[:200]},Nora Weber,nora@client.example,\n"
        f"{LONG[:200]},Amy,{LONG},nowhere\n"
        "Nobody,,,\nTwice,Bo,bo@client.example,\nTwice,Bo,bo@client.example,\n"
    )
    found = checked(alice, text, fields, choices={"person": "skip"}, name=f"{LONG[:150]}.csv")
    return {"to_check": importing(alice, text, fields), "check": found}


def at(name, *arguments, query=""):
    return reverse(name, args=[getattr(each, "pk", each) for each in arguments]) + query


def pages_of_strangers(world):
    letter = urlsafe_base64_encode(force_bytes(world["user"].pk))
    return [
        at("accounts:sign_in"),
        at("accounts:forgotten"),
        at("accounts:forgotten_sent"),
        at("accounts:choose_password", letter, default_token_generator.make_token(world["user"])),
        at("accounts:choose_password", "x", "x"),
    ]


def pages_of_alice(world):
    lead, deal = world["lead"], world["deal"]
    person, organization = world["person"], world["organization"]
    return [
        "/",
        at("leads:inbox"),
        at("leads:inbox", query="?view=overdue"),
        at("leads:inbox", query="?q=nothing+like+it"),
        at("leads:inbox", query=f"?peek={lead.pk}"),
        at("leads:archived"),
        at("leads:deleted"),
        at("leads:create"),
        at("leads:detail", lead),
        at("leads:detail", world["archived"]),
        at("leads:edit", lead),
        at("leads:followers", lead),
        *(at("leads:edit_field", lead, name) for name in ("value", "labels", "person")),
        at("leads:inbox", query="?created=last-30-days&value_from=x&custom_9=1&cols=value,close"),
        *(at(name, query=f"?ids={lead.pk}") for name in ("leads:set", "leads:share_out")),
        f"/activities/plan-many/leads/?ids={lead.pk}",
        at("lists:columns", "leads"),
        at("exports:export", "leads", query="?all=1"),
        at("imports:pipedrive"),
        at("lists:add_view", "leads"),
        at("lists:change_view", world["view"]),
        at("lists:remove_view", world["view"]),
        at("leads:merge", query=f"?ids={lead.pk}&ids={world['leads'][1].pk}"),
        at("conversion:convert", query=f"?ids={lead.pk}"),
        at("deals:board"),
        at("deals:board", world["pipeline"]),
        at("deals:list"),
        *(at("deals:list", query=f"?view={view}") for view in ("rotting", "won", "lost")),
        at("deals:list", query="?created=last-30-days&chance_from=x&cols=chance,idle,status"),
        *(at("deals:list", query=f"?peek={each.pk}") for each in (deal, world["lost"])),
        *(at("deals:edit_field", deal, name) for name in ("chance", "labels", "person")),
        *(at(f"deals:{name}", query=f"?ids={deal.pk}") for name in ("set", "share_out")),
        f"/activities/plan-many/deals/?ids={deal.pk}",
        at("lists:columns", "deals"),
        at("deals:forecast"),
        at("deals:forecast", query="?pipeline=all"),
        at("deals:expect", deal),
        at("deals:deleted"),
        at("deals:create"),
        at("deals:detail", deal),
        at("deals:detail", world["rotten"]),
        at("deals:detail", world["won"]),
        at("deals:detail", world["lost"]),
        at("deals:edit", deal),
        at("deals:add_participant", deal),
        at("deals:participant", deal, person),
        at("deals:followers", deal),
        *(at(f"deals:{name}", deal) for name in ("lines", "add_line", "terms", "type_value")),
        at("deals:line", deal, world["line"]),
        at("deals:files", deal),
        *(at(f"deals:{act}_file", deal, world["file"]) for act in ("change", "delete")),
        at("deals:merge_with", deal),
        at("deals:merge", query=f"?ids={deal.pk}&ids={world['rotten'].pk}"),
        at("deals:move", deal),
        at("deals:lost", deal),
        *(at(f"deals:{act}_many", query=f"?ids={deal.pk}") for act in ("move", "win", "lose")),
        at("conversion:return", query=f"?ids={deal.pk}"),
        at("projects:board"),
        at("projects:board", query="?order=end&end=overdue&q=long&cols=deals,people,entered"),
        at("projects:list"),
        at("projects:list", query="?view=done"),
        at("projects:list", query="?q=nothing+like+it&cols=end,deals,status"),
        *(
            at("projects:list", query=f"?peek={each.pk}")
            for each in (world["project"], world["done_project"])
        ),
        at("projects:deleted"),
        at("projects:create"),
        at("projects:start", deal),
        at("projects:link_to_deal", deal),
        *(
            at(f"projects:{name}", world["project"])
            for name in ("detail", "edit", "followers", "files")
        ),
        at("projects:detail", world["done_project"]),
        *(at("projects:link", world["project"], kind) for kind in ("deal", "person")),
        *(
            at(f"projects:{act}_file", world["project"], world["project_file"])
            for act in ("change", "delete")
        ),
        at("projects:move", world["project"]),
        *(at("projects:edit_field", world["project"], name) for name in ("end", "labels", "owner")),
        *(
            at(f"projects:{name}", query=f"?ids={world['project'].pk}")
            for name in ("move_many", "set", "share_out")
        ),
        at("lists:columns", "projects"),
        at("lists:columns", "projects-board"),
        at("contacts:people"),
        at("contacts:person", person),
        at("contacts:create_person"),
        at("contacts:change_person", person),
        at("contacts:delete_person", person),
        at("contacts:deleted_people"),
        at("contacts:organizations"),
        at("contacts:organization", organization),
        at("contacts:create_organization"),
        at("contacts:change_organization", organization),
        at("contacts:delete_organization", organization),
        at("contacts:deleted_organizations"),
        at("products:list"),
        at("products:list", query=f"?peek={world['product'].pk}"),
        at("products:product", world["product"]),
        at("activities:list"),
        at("activities:list", query="?view=done"),
        at("activities:change", world["activity"]),
        at("activities:change_note", world["note"]),
        at("activities:news"),
        at("imports:check", world["to_check"]),
        *(at("imports:check", world["check"], query=f"?show={show}") for show in CHECKED),
        at("imports:row", world["check"], 2),
        at("imports:detail", world["imported"]),
        at("imports:revert", world["imported"]),
        at("imports:detail", world["taken_back"]),
        at("leads:inbox", query=f"?act={world['imported'].operation_id}"),
        at("activities:list", query=f"?act={world['imported'].operation_id}"),
        at("accounts:profile"),
        at("accounts:password"),
        *(at("jobs:detail", job) for job in world["jobs"]),
        *(at("imports:run", one) for one in world["runs"]),
        at("search:search"),
        at("search:search", query="?q=nora"),
        at("search:search", query="?q=nothing+like+it"),
        at("reports:sources"),
        at("reports:sources", query="?by=channel&period=all"),
        at("shortcuts"),
        at("core:gallery"),
        at("leads:detail", 987_654),
    ]


def pages_of_imports(world):
    """One file in each state: its first step, its columns, and so on."""
    one = ImportFactory(
        by=world["activity"].done_by,
        name=f"{LONG[:120]}.csv",
        notices=["12 rows have fewer cells than the first, from line 7 on; the rest is empty."],
        content=b"Title,E-mail,Owner,Due,Rest,Title\n"
        b"Desks,amy@client.example,Nobody Known,31/01/2027,,Again\n"
        b"Chairs,no address,Alice Martin,13/13/2027,,Again\n",
        columns=[
            {"field": field, "options": {}}
            for field in (
                "lead.title",
                "person.email",
                "lead.owner",
                "lead.expected_close_on",
                None,
                "lead.title",
            )
        ],
    )
    matching = SavedMatchingFactory(owner=one.by, name="What the fair sends every year")
    return [
        at("imports:list"),
        at("imports:create"),
        at("imports:delete", one),
        at("imports:file", one),
        at("imports:columns", one),
        at("imports:save_matching", one),
        at("imports:remove_matching", matching),
    ]


def pages_of_admin(world):
    return [
        at("takeout:show"),
        at("imports:list"),
        at("imports:add_field", world["to_check"], 0),
        at("accounts:users"),
        at("accounts:add_user"),
        at("accounts:change_user", world["user"]),
        at("accounts:deactivate_user", world["user"]),
        at("accounts:teams"),
        at("accounts:add_team"),
        at("accounts:change_team", world["team"]),
        at("custom_fields:list"),
        at("custom_fields:list", query="?of=person"),
        at("custom_fields:add"),
        at("custom_fields:add_calculated"),
        at("custom_fields:calculated", world["calculated"]),
        at("custom_fields:field", world["field"]),
        at("custom_fields:field", world["plain"]),
        at("custom_fields:delete", world["field"]),
        at("custom_fields:option", world["option"]),
        at("products:list", query="?view=all&q=mill&price_from=x&cols=price,prices,billing,active"),
        at("products:list", query="?q=nothing+like+it"),
        at("products:list", query=f"?peek={world['product'].pk}"),
        at("products:product", world["product"]),
        at("products:create"),
        at("products:change", world["product"]),
        *(at("products:edit_field", world["product"], name) for name in ("prices", "billing")),
        at("products:deleted"),
        at("lists:columns", "products"),
        at("labels:words", "product-categories"),
        at("labels:change_word", "product-categories", world["category"]),
        at("projects:phases"),
        at("projects:add_phase"),
        at("projects:change_phase", world["phase"]),
        at("projects:end_phase", world["phase"]),
        at("projects:end_phase", world["empty_phase"]),
        at("pipelines:list"),
        at("pipelines:add"),
        at("pipelines:pipeline", world["pipeline"]),
        at("pipelines:pipeline", world["partners"]),
        at("pipelines:end", world["partners"]),
        at("pipelines:end", world["renewals"]),
        at("pipelines:end_stage", world["stage"]),
        at("labels:change_word", "lost-reasons", world["reason"]),
        *(at("labels:words", each) for each in ("labels", "channels", "lost-reasons")),
        at("labels:words", "activity-types"),
        at("labels:add_word", "labels"),
        at("labels:add_word", "activity-types"),
        at("labels:change_word", "labels", world["label"]),
    ]


@pytest.fixture
def look(console):
    """``look(page)`` collects what is wrong with the page shown, in both themes and narrow."""
    axe = Axe()
    # What axe does to the pages. That ours have no inline style is tried in tests/house.
    console.expect("Applying inline style violates")

    def look_at(page, where=None):
        where = where or page.url.partition("/")[2].partition("/")[2]
        found = []
        for theme, rules in RULES.items():
            page.emulate_media(color_scheme=theme, reduced_motion="reduce")
            found += [f"{where} ({theme}): {each}" for each in violations(axe, page, rules)]
        if page.locator("main[data-kind=board]").count() == 0:
            found += narrow(page, where)
        return found

    return look_at


def violations(axe, page, rules):
    answer = axe.run(page, options={"runOnly": rules, "preload": False}).response
    for violation in answer["violations"]:
        yield violation["id"], [node["target"] for node in violation["nodes"]]


def narrow(page, where):
    usual = page.viewport_size
    found = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        if (over := page.evaluate(SIDEWAYS)) > 0:
            found.append(f"{where}: {over} px too wide at {width} px")
    page.set_viewport_size(usual)
    return found


@pytest.mark.parametrize("who", ["strangers", "alice", "imports", "admin"])
def test_every_page_is_for_everyone(who, world, open_as, look, alice, admin, console):
    console.expect("status of 404")
    urls = {
        "strangers": pages_of_strangers,
        "alice": pages_of_alice,
        "imports": pages_of_imports,
        "admin": pages_of_admin,
    }
    page = open_as({"alice": alice, "imports": alice, "admin": admin}.get(who))
    wrong = []
    for url in urls[who](world):
        answer = page.goto(url)
        assert answer.status in (200, 404), f"{url}: {answer.status}"
        wrong += look(page, url)
    assert wrong == []


def test_what_opens_over_a_page_is_for_everyone(world, open_as, look, alice, console):
    console.expect("status of 422")
    page = open_as(alice)
    wrong = []
    page.goto("/leads/")
    page.locator("tbody a.title").first.click()
    page.locator("#drawer-title").wait_for()
    wrong += look(page, "the panel")
    page.keyboard.press("Escape")
    page.locator("input[name=ids]").first.check()
    page.get_by_role("button", name="Assign").click()
    wrong += look(page, "the menu of the bulk bar")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Convert to deals").click()
    page.locator("#dialog-title").wait_for()
    wrong += look(page, "the dialog of conversion")
    page.goto("/leads/new/")
    page.get_by_label("Title").fill("Of nobody")
    page.locator("#create [type=submit]").click()
    page.locator(".error-summary").wait_for()
    wrong += look(page, "a form with errors")
    page.goto(world["deal"].get_absolute_url())
    page.get_by_role("button", name="Lost").click()
    page.locator("#dialog-title").wait_for()
    wrong += look(page, "the dialog of a lost deal")
    page.goto(world["deal"].get_absolute_url())
    page.get_by_role("button", name="Negotiation").click()
    page.locator("#dialog-title").wait_for()
    wrong += look(page, "the dialog of what a stage requires")
    page.goto("/deals/")
    page.locator(".card-title").first.focus()
    page.keyboard.press("Space")
    page.keyboard.press("End")
    page.locator(".zone[data-over]").wait_for()
    wrong += look(page, "the zones of the board")
    page.keyboard.press("Escape")
    page.keyboard.press("m")
    page.get_by_role("menu").wait_for()
    wrong += look(page, "the menu of a card")
    assert wrong == []


def test_empty_places_are_for_everyone(open_as, look, alice, pipeline):
    page = open_as(alice)
    wrong = []
    for url in ("/leads/", "/leads/archived/", "/deals/", "/deals/list/", "/people/",
                "/organizations/", "/products/", "/activities/", "/insights/sources/"):  # fmt: skip
        page.goto(url)
        wrong += look(page, f"empty {url}")
    assert wrong == []


def test_no_page_is_forgotten(world, client, admin):
    """Every route that answers GET with a page is looked at above."""
    seen = set()
    for urls in (pages_of_strangers, pages_of_alice, pages_of_imports, pages_of_admin):
        seen |= {resolve(urlsplit(url).path).view_name for url in urls(world)}
    client.force_login(admin)
    forgotten = {
        name
        for name, path in routes(get_resolver().url_patterns)
        if name not in seen | PARTS and client.get(path).status_code != 405
    }
    assert forgotten == set()


def routes(patterns):
    """(name, an address) of each of our own routes; the admin is Django's."""
    for pattern in patterns:
        if isinstance(pattern, URLPattern):
            if pattern.name is None:  # the admin's sign-in, which leads to our own
                continue
            path = sample(str(pattern.pattern))
            try:
                yield resolve(path).view_name, path
            except Resolver404:
                raise AssertionError(f"No sample address for {pattern}") from None
        elif pattern.namespace != "admin":
            yield from routes(pattern.url_patterns)


def sample(route):
    """An address of ``route``, with 1 for every number and a word for every text."""
    parts = []
    for part in route.split("/"):
        kind = part.strip("<>").partition(":")[0] if part.startswith("<") else None
        words = {"int": "1", "str": "lead", "slug": "leads", "list": "labels", None: part}
        parts.append(words[kind])
    return "/" + "/".join(parts).replace("icons-<slug:digest>", "icons-x")
