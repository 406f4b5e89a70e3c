"""Who may do what: one row for every address of ours and every method it answers.

A row is (address, method, right, what it is about, what is sent). Its right says what each persona
gets on alice's record: ``ok``, or the status of the refusal; first when her team may see the
record, then when only she may. Anonymous users and deactivated ones whose session still lives are
sent to the sign-in page, except where the right is OPEN.
"""

from typing import NamedTuple


class Right(NamedTuple):
    """The answers for a record of the team and for one of the owner's, in one order."""

    team: str
    owner: str = ""
    is_open: bool = False

    def of(self, persona, visibility):
        answers = (self.team if visibility == "team" else self.owner or self.team).split()
        return dict(zip(COLUMNS, answers, strict=True))[persona]


COLUMNS = ("alice", "bob", "charlie", "manager", "reader", "admin")

#                        alice bob charlie manager reader admin
OPEN = Right("            ok   ok    ok      ok      ok    ok", is_open=True)
USERS = Right("           ok   ok    ok      ok      ok    ok")
WRITERS = Right("         ok   ok    ok      ok      403   ok")
MANAGERS = Right("        403  403   403     ok      403   ok")
ADMINS = Right("          403  403   403     403     403   ok")
SEE = Right("             ok   ok    404     ok      ok    ok",
            "             ok   404   404     ok      404   ok")  # fmt: skip
CHANGE = Right("          ok   ok    404     ok      403   ok",
               "          ok   404   404     ok      404   ok")  # fmt: skip
DELETE = Right("          ok   403   404     ok      403   ok",
               "          ok   404   404     ok      404   ok")  # fmt: skip
# Bulk acts that ask for the role first: a reader learns nothing about the records.
BULK = Right("            ok   ok    404     ok      403   ok",
             "            ok   404   404     ok      403   ok")  # fmt: skip
BULK_DELETE = Right("     ok   403   404     ok      403   ok",
                    "     ok   404   404     ok      403   ok")  # fmt: skip
# What is kept by each for themselves.
PRIVATE = Right("         ok   404   404     404     404   404")
# What alice did, and nobody but her and admins may take back or look at.
OWN = Right("             ok   404   404     404     404   ok")
# The same, for who configures.
OWN_SETUP = Right("       403  404   404     404     404   ok")

WORDS = ("label", "channel", "category", "lost_reason", "activity_type")
ADDRESSES = ("labels", "channels", "product-categories", "lost-reasons", "activity-types")
LISTS = dict(zip(WORDS, ADDRESSES, strict=True))


class Row(NamedTuple):
    """``sent`` may name records: ``{stage}`` is the id of the stage, a tuple several values.
    ``FORM`` in it means all
    that the form shown at ``form``, or at the same address, holds.
    """

    path: str
    method: str
    right: Right
    about: str = ""
    sent: dict = {}

    def __str__(self):
        return " ".join(filter(None, (self.method, self.path, self.about)))


class Upload:
    """A file that is sent, as often as it is asked for."""

    name = "sent.txt"
    content_type = "text/plain"

    def read(self, _size=-1):
        return b"Sent along."


class Table(Upload):
    """One that can be imported."""

    name = "sent.csv"
    content_type = "text/csv"

    def read(self, _size=-1):
        return b"Title,E-mail\nDesks,amy@client.example\n"


class Export(Table):
    """One that Pipedrive exported."""

    def read(self, _size=-1):
        return b"Person - Name,Person - Email,Person - ID\nAmy,amy@client.example,7\n"


UPLOAD, TABLE, EXPORT = Upload(), Table(), Export()
FORM = "FORM"
ONE = {"ids": "{pk}"}
TWO = {"ids": ("{pk}", "{twin_lead}")}
TWO_DEALS = {"ids": ("{pk}", "{twin_deal}")}


def who_may(row) -> str:
    """Somebody who may do what ``row`` says: alice, or else an admin."""
    return next(each for each in ("alice", "admin") if row.right.of(each, "team") == "ok")


# fmt: off
ROWS = [
    Row("", "GET", USERS),
    Row("healthz", "GET", OPEN),
    Row("healthz", "HEAD", OPEN),
    Row("icons-<slug:digest>.svg", "GET", OPEN),
    Row("language/", "POST", OPEN, "", {"language": "fr"}),
    Row("gallery/", "GET", USERS),
    Row("gallery/", "POST", USERS, "", {
        "title": "New", "kind": "a", "currency": "EUR",
        "token": "b39b4c48-9a4f-4d34-9b3b-0d1c9a7e6a10",
    }),
    Row("gallery/options/", "GET", USERS),
    Row("gallery/move/", "POST", USERS, "", {"to": "open"}),
    Row("gallery/<int:number>/", "GET", USERS),
    Row("search/", "GET", USERS),
    Row("search/", "GET", USERS, "", {"q": "lead"}),
    Row("insights/sources/", "GET", USERS),
    Row("insights/sources/", "GET", USERS, "", {"by": "channel", "period": "all"}),
    Row("shortcuts/", "GET", USERS),
    # --- Signing in, and oneself
    Row("sign-in/", "GET", OPEN),
    Row("sign-in/", "POST", OPEN, "", {"username": "nobody@carnet.example", "password": "no"}),
    Row("sign-out/", "POST", OPEN),
    Row("password/forgotten/", "GET", OPEN),
    Row("password/forgotten/", "POST", OPEN, "", {"email": "nobody@carnet.example"}),
    Row("password/forgotten/sent/", "GET", OPEN),
    Row("password/<str:uidb64>/<str:token>/", "GET", OPEN),
    Row("password/<str:uidb64>/<str:token>/", "POST", OPEN),
    Row("profile/", "GET", USERS),
    Row("profile/", "POST", USERS, "", {FORM: "profile/", "name": "Renamed"}),
    Row("profile/password/", "GET", USERS),
    Row("profile/password/", "POST", USERS, "", {
        "old_password": "carnet-demo", "new_password1": "Zq8!long-one",
        "new_password2": "Zq8!long-one",
    }),
    # --- Leads
    Row("leads/", "GET", USERS),
    Row("leads/archived/", "GET", USERS),
    Row("leads/deleted/", "GET", USERS),
    Row("leads/deleted/bring-back/", "POST", DELETE, "deleted_lead", ONE),
    Row("leads/new/", "GET", WRITERS),
    Row("leads/new/", "POST", WRITERS, "", {
        FORM: "leads/new/", "title": "New", "person_text": "Somebody New",
    }),
    Row("leads/archive/", "POST", BULK, "lead", ONE),
    Row("leads/restore/", "POST", BULK, "archived_lead", ONE),
    Row("leads/assign/", "POST", BULK, "lead", {**ONE, "to": "{bob}"}),
    Row("leads/label/", "POST", BULK, "lead", {**ONE, "put": "{spare_label}"}),
    Row("leads/unlabel/", "POST", BULK, "lead", {**ONE, "take": "{label}"}),
    Row("leads/mark-unseen/", "POST", BULK, "lead", ONE),
    Row("leads/delete/", "POST", BULK_DELETE, "lead", {**ONE, "confirmed": "1"}),
    Row("leads/set/", "GET", BULK, "lead", ONE),
    Row("leads/set/", "POST", BULK, "lead", ONE),
    Row("leads/set/", "POST", BULK, "lead", {
        **ONE, "field": "campaign", "new-campaign": "New", "save": "1",
    }),
    Row("leads/share-out/", "GET", BULK, "lead", ONE),
    Row("leads/share-out/", "POST", BULK, "lead", ONE),
    Row("leads/share-out/", "POST", BULK, "lead", {**ONE, "among": ("{bob}",), "save": "1"}),
    Row("exports/<slug:of>/", "GET", SEE, "lead", ONE),
    Row("exports/<slug:of>/", "POST", SEE, "lead", ONE),
    Row("exports/<slug:of>/", "POST", SEE, "lead", {
        **ONE, "save": "1", "file_format": "csv", "columns": "all",
    }),
    Row("exports/<int:number>/", "GET", PRIVATE, "export"),
    Row("leads/merge/", "GET", BULK_DELETE, "lead", TWO),
    Row("leads/merge/", "POST", BULK_DELETE, "lead", TWO),
    Row("leads/merge/", "POST", BULK_DELETE, "lead", {
        FORM: "leads/merge/?ids={pk}&ids={twin_lead}", **TWO,
    }),
    Row("leads/<int:pk>/keep-separate/", "POST", CHANGE, "lead", {"other": "{twin_lead}"}),
    Row("leads/<int:pk>/", "GET", SEE, "lead"),
    Row("leads/<int:pk>/", "GET", SEE, "archived_lead"),
    Row("leads/<int:pk>/", "GET", SEE, "converted_lead"),
    Row("leads/<int:pk>/edit/", "GET", CHANGE, "lead"),
    Row("leads/<int:pk>/edit/", "POST", CHANGE, "lead", {
        FORM: "leads/{pk}/edit/", "title": "Taken over",
    }),
    Row("leads/<int:pk>/edit/<slug:name>/", "GET", CHANGE, "lead"),
    Row("leads/<int:pk>/edit/<slug:name>/", "POST", CHANGE, "lead", {
        FORM: "leads/{pk}/edit/title/", "title": "Taken over",
    }),
    Row("leads/<int:pk>/followers/", "GET", CHANGE, "lead"),
    Row("leads/<int:pk>/followers/", "POST", CHANGE, "lead", {"user": "{alice}"}),
    Row("leads/<int:pk>/follow/", "POST", CHANGE, "lead"),
    Row("leads/<int:pk>/unfollow/", "POST", CHANGE, "lead"),
    Row("leads/<int:pk>/mark-seen/", "POST", CHANGE, "lead"),
    Row("leads/convert/", "GET", BULK, "lead", ONE),
    Row("leads/convert/", "POST", BULK, "lead", ONE),
    Row("leads/convert/", "POST", BULK, "lead", {
        **ONE, "pipeline": "{pipeline}", "token": "b39b4c48-9a4f-4d34-9b3b-0d1c9a7e6a11",
    }),
    Row("conversions/<int:pk>/undo/", "POST", BULK, "conversion"),
    # --- Deals
    Row("deals/", "GET", USERS),
    Row("deals/pipeline/<int:pk>/", "GET", USERS, "pipeline"),
    Row("deals/pipeline/<int:pk>/columns/", "GET", USERS, "pipeline"),
    Row("deals/stage/<int:pk>/", "GET", USERS, "stage"),
    Row("deals/list/", "GET", USERS),
    Row("deals/forecast/", "GET", USERS),
    Row("deals/forecast/", "GET", USERS, "", {"pipeline": "all", "from": "2026-11"}),
    Row("deals/forecast/<slug:month>/", "GET", USERS),
    Row("deals/new/", "GET", WRITERS),
    Row("deals/new/", "POST", WRITERS, "", {
        FORM: "deals/new/", "title": "New", "person_text": "Somebody New", "stage": "{stage}",
    }),
    Row("deals/deleted/", "GET", USERS),
    Row("deals/deleted/bring-back/", "POST", DELETE, "deleted_deal", ONE),
    Row("deals/archive/", "POST", BULK, "deal", ONE),
    Row("deals/restore/", "POST", BULK, "archived_deal", ONE),
    Row("deals/assign/", "POST", BULK, "deal", {**ONE, "to": "{bob}"}),
    Row("deals/label/", "POST", BULK, "deal", {**ONE, "put": "{spare_label}"}),
    Row("deals/unlabel/", "POST", BULK, "deal", {**ONE, "take": "{label}"}),
    *(
        Row(f"deals/{act}/", method, BULK, "deal", ONE)
        for act in ("move", "lose")
        for method in ("GET", "POST")
    ),
    Row("deals/move/", "POST", BULK, "deal", {**ONE, "new-stage": "{second_stage}", "save": "1"}),
    Row("deals/lose/", "POST", BULK, "deal", {**ONE, "new-reason": "{lost_reason}", "save": "1"}),
    Row("deals/win/", "GET", BULK, "deal", ONE),
    Row("deals/win/", "POST", BULK, "deal", ONE),
    Row("deals/reopen/", "POST", BULK, "won_deal", ONE),
    Row("deals/share-out/", "GET", BULK, "deal", ONE),
    Row("deals/share-out/", "POST", BULK, "deal", ONE),
    Row("deals/share-out/", "POST", BULK, "deal", {**ONE, "among": ("{bob}",), "save": "1"}),
    Row("deals/set/", "GET", BULK, "deal", ONE),
    Row("deals/set/", "POST", BULK, "deal", ONE),
    Row("deals/set/", "POST", BULK, "deal", {
        **ONE, "field": "campaign", "new-campaign": "New", "save": "1",
    }),
    Row("deals/delete/", "POST", BULK_DELETE, "deal", {**ONE, "confirmed": "1"}),
    Row("deals/merge/", "GET", BULK_DELETE, "deal", TWO_DEALS),
    Row("deals/merge/", "POST", BULK_DELETE, "deal", TWO_DEALS),
    Row("deals/merge/", "POST", BULK_DELETE, "deal", {
        FORM: "deals/merge/?ids={pk}&ids={twin_deal}", **TWO_DEALS,
    }),
    Row("deals/<int:pk>/merge/", "GET", DELETE, "deal"),
    Row("deals/<int:pk>/", "GET", SEE, "deal"),
    Row("deals/<int:pk>/edit/", "GET", CHANGE, "deal"),
    Row("deals/<int:pk>/edit/", "POST", CHANGE, "deal", {
        FORM: "deals/{pk}/edit/", "title": "Taken over",
    }),
    Row("deals/<int:pk>/edit/<slug:name>/", "GET", CHANGE, "deal"),
    Row("deals/<int:pk>/edit/<slug:name>/", "POST", CHANGE, "deal", {
        FORM: "deals/{pk}/edit/title/", "title": "Taken over",
    }),
    Row("deals/<int:pk>/copy/", "POST", CHANGE, "deal", {
        "token": "b39b4c48-9a4f-4d34-9b3b-0d1c9a7e6a16",
    }),
    Row("deals/<int:pk>/followers/", "GET", CHANGE, "deal"),
    Row("deals/<int:pk>/followers/", "POST", CHANGE, "deal", {"user": "{alice}"}),
    Row("deals/<int:pk>/follow/", "POST", CHANGE, "deal"),
    Row("deals/<int:pk>/unfollow/", "POST", CHANGE, "deal"),
    Row("deals/<int:pk>/lines/", "GET", SEE, "deal"),
    Row("deals/<int:pk>/lines/add/", "GET", BULK, "deal"),
    Row("deals/<int:pk>/lines/add/", "POST", BULK, "deal", {
        FORM: "deals/{pk}/lines/add/", "product_text": "Desk", "price": "10",
    }),
    Row("deals/<int:pk>/lines/reckon/", "GET", SEE, "deal", {
        "product_text": "Desk", "price": "5", "quantity": "2",
    }),
    Row("deals/<int:pk>/lines/products/", "GET", SEE, "deal", {"q": "desk"}),
    Row("deals/<int:pk>/lines/terms/", "GET", CHANGE, "deal"),
    Row("deals/<int:pk>/lines/terms/", "POST", CHANGE, "deal", {
        FORM: "deals/{pk}/lines/terms/", "lines_currency": "JPY",
    }),
    Row("deals/<int:pk>/lines/<int:line>/", "GET", CHANGE, "deal"),
    Row("deals/<int:pk>/lines/<int:line>/", "POST", CHANGE, "deal", {
        FORM: "deals/{pk}/lines/{line}/", "price": "12",
    }),
    Row("deals/<int:pk>/lines/<int:line>/reckon/", "GET", SEE, "deal", {"price": "12"}),
    Row("deals/<int:pk>/lines/<int:line>/move/", "POST", CHANGE, "deal", {"direction": "up"}),
    Row("deals/<int:pk>/lines/<int:line>/remove/", "POST", CHANGE, "deal"),
    Row("deals/<int:pk>/value/", "GET", CHANGE, "deal"),
    Row("deals/<int:pk>/value/", "POST", CHANGE, "deal", {
        FORM: "deals/{pk}/value/", "value": "12",
    }),
    Row("deals/<int:pk>/value/follow/", "POST", CHANGE, "deal"),
    Row("deals/<int:pk>/people/add/", "GET", CHANGE, "deal"),
    Row("deals/<int:pk>/people/add/", "POST", CHANGE, "deal", {
        FORM: "deals/{pk}/people/add/", "person": "{lone_person}",
    }),
    Row("deals/<int:pk>/people/<int:person>/", "GET", CHANGE, "deal"),
    Row("deals/<int:pk>/people/<int:person>/", "POST", CHANGE, "deal", {
        FORM: "deals/{pk}/people/{person}/", "role": "Buyer",
    }),
    Row("deals/<int:pk>/people/<int:person>/primary/", "POST", CHANGE, "deal"),
    Row("deals/<int:pk>/people/<int:person>/remove/", "POST", CHANGE, "deal"),
    Row("deals/<int:pk>/files/", "GET", SEE, "deal"),
    Row("deals/<int:pk>/files/", "POST", CHANGE, "deal", {
        "files": UPLOAD, "token": "b39b4c48-9a4f-4d34-9b3b-0d1c9a7e6a17",
    }),
    Row("deals/<int:pk>/files/<int:file>/", "GET", SEE, "deal"),
    Row("deals/<int:pk>/files/<int:file>/preview/", "GET", SEE, "deal"),
    Row("deals/<int:pk>/files/<int:file>/edit/", "GET", CHANGE, "deal"),
    Row("deals/<int:pk>/files/<int:file>/edit/", "POST", CHANGE, "deal", {
        FORM: "deals/{pk}/files/{file}/edit/", "name": "Taken over",
    }),
    Row("deals/<int:pk>/files/<int:file>/delete/", "GET", CHANGE, "deal"),
    Row("deals/<int:pk>/files/<int:file>/delete/", "POST", CHANGE, "deal"),
    Row("deals/<int:pk>/expect/", "GET", CHANGE, "deal"),
    Row("deals/<int:pk>/expect/", "POST", CHANGE, "deal", {"month": "2031-05"}),
    Row("deals/<int:pk>/move/", "GET", CHANGE, "deal"),
    Row("deals/<int:pk>/move/", "POST", CHANGE, "deal", {"stage": "{second_stage}"}),
    Row("deals/<int:pk>/archive/", "POST", CHANGE, "deal"),
    Row("deals/<int:pk>/won/", "POST", CHANGE, "deal"),
    Row("deals/<int:pk>/lost/", "GET", CHANGE, "deal"),
    Row("deals/<int:pk>/lost/", "POST", CHANGE, "deal", {"reason": "{lost_reason}"}),
    Row("deals/<int:pk>/reopen/", "POST", CHANGE, "won_deal"),
    Row("deals/return/", "GET", BULK, "deal", ONE),
    Row("deals/return/", "POST", BULK, "deal", ONE),
    Row("deals/return/", "POST", BULK, "deal", {
        **ONE, "token": "b39b4c48-9a4f-4d34-9b3b-0d1c9a7e6a12",
    }),
    # --- Projects: board, list and what is done to many
    Row("projects/", "GET", USERS),
    Row("projects/columns/", "GET", USERS),
    Row("projects/phase/<int:pk>/", "GET", USERS, "phase"),
    Row("projects/<int:pk>/files/", "GET", SEE, "project"),
    Row("projects/<int:pk>/files/", "POST", CHANGE, "project", {
        "files": UPLOAD, "token": "b39b4c48-9a4f-4d34-9b3b-0d1c9a7e6a27",
    }),
    Row("projects/<int:pk>/files/<int:file>/", "GET", SEE, "project"),
    Row("projects/<int:pk>/files/<int:file>/preview/", "GET", SEE, "project"),
    Row("projects/<int:pk>/files/<int:file>/edit/", "GET", CHANGE, "project"),
    Row("projects/<int:pk>/files/<int:file>/edit/", "POST", CHANGE, "project", {
        FORM: "projects/{pk}/files/{project_file}/edit/", "name": "Taken over",
    }),
    Row("projects/<int:pk>/files/<int:file>/delete/", "GET", CHANGE, "project"),
    Row("projects/<int:pk>/files/<int:file>/delete/", "POST", CHANGE, "project"),
    Row("projects/list/", "GET", USERS),
    Row("projects/deleted/", "GET", USERS),
    Row("projects/deleted/bring-back/", "POST", DELETE, "deleted_project", ONE),
    Row("projects/archive/", "POST", BULK, "project", ONE),
    Row("projects/restore/", "POST", BULK, "archived_project", ONE),
    Row("projects/assign/", "POST", BULK, "project", {**ONE, "to": "{bob}"}),
    Row("projects/label/", "POST", BULK, "project", {**ONE, "put": "{spare_label}"}),
    Row("projects/unlabel/", "POST", BULK, "project", {**ONE, "take": "{label}"}),
    *(
        Row(f"projects/{act}/", method, BULK, "project", ONE)
        for act in ("move", "set", "share-out")
        for method in ("GET", "POST")
    ),
    Row("projects/move/", "POST", BULK, "project", {
        **ONE, "new-phase": "{second_phase}", "save": "1",
    }),
    Row("projects/set/", "POST", BULK, "project", {
        **ONE, "field": "start", "new-starts_on": "2030-05-01", "save": "1",
    }),
    Row("projects/share-out/", "POST", BULK, "project", {
        **ONE, "among": ("{bob}",), "save": "1",
    }),
    Row("projects/finish/", "POST", BULK, "project", ONE),
    Row("projects/cancel/", "POST", BULK, "project", ONE),
    Row("projects/reopen/", "POST", BULK, "done_project", ONE),
    Row("projects/delete/", "POST", BULK_DELETE, "project", {**ONE, "confirmed": "1"}),
    Row("projects/new/", "GET", WRITERS),
    Row("projects/new/", "POST", WRITERS, "", {FORM: "projects/new/", "title": "New"}),
    Row("projects/options/", "GET", USERS),
    Row("projects/options/", "GET", USERS, "", {"q": "project"}),
    Row("projects/deal-options/", "GET", USERS),
    Row("projects/deal-options/", "GET", USERS, "", {"q": "deal"}),
    Row("projects/<int:pk>/", "GET", SEE, "project"),
    Row("projects/<int:pk>/edit/", "GET", CHANGE, "project"),
    Row("projects/<int:pk>/edit/", "POST", CHANGE, "project", {
        FORM: "projects/{pk}/edit/", "title": "Taken over",
    }),
    Row("projects/<int:pk>/done/", "POST", CHANGE, "project"),
    Row("projects/<int:pk>/cancel/", "POST", CHANGE, "project"),
    Row("projects/<int:pk>/reopen/", "POST", CHANGE, "done_project"),
    Row("projects/<int:pk>/followers/", "GET", CHANGE, "project"),
    Row("projects/<int:pk>/followers/", "POST", CHANGE, "project", {"user": "{alice}"}),
    Row("projects/<int:pk>/follow/", "POST", CHANGE, "project"),
    Row("projects/<int:pk>/unfollow/", "POST", CHANGE, "project"),
    Row("projects/<int:pk>/link/<slug:kind>/", "GET", CHANGE, "project"),
    Row("projects/<int:pk>/link/<slug:kind>/", "POST", CHANGE, "project", {
        "record": "{deal}",
    }),
    Row("projects/<int:pk>/unlink/<slug:kind>/<int:linked>/", "POST", CHANGE, "project"),
    Row("deals/<int:pk>/projects/start/", "GET", CHANGE, "deal"),
    Row("deals/<int:pk>/projects/start/", "POST", CHANGE, "deal", {
        FORM: "deals/{pk}/projects/start/",
    }),
    Row("deals/<int:pk>/projects/link/", "GET", CHANGE, "deal"),
    Row("deals/<int:pk>/projects/link/", "POST", CHANGE, "deal", {"project": "{done_project}"}),
    Row("projects/<int:pk>/edit/<slug:name>/", "GET", CHANGE, "project"),
    Row("projects/<int:pk>/edit/<slug:name>/", "POST", CHANGE, "project", {
        FORM: "projects/{pk}/edit/title/", "title": "Taken over",
    }),
    Row("projects/<int:pk>/move/", "GET", CHANGE, "project"),
    Row("projects/<int:pk>/move/", "POST", CHANGE, "project", {"phase": "{second_phase}"}),
    Row("projects/<int:pk>/archive/", "POST", CHANGE, "project"),
    Row("settings/phases/", "GET", MANAGERS),
    Row("settings/phases/new/", "GET", MANAGERS),
    Row("settings/phases/new/", "POST", MANAGERS, "", {"name": "New"}),
    Row("settings/phases/<int:pk>/", "GET", MANAGERS, "phase"),
    Row("settings/phases/<int:pk>/", "POST", MANAGERS, "phase", {"name": "Renamed"}),
    Row("settings/phases/<int:pk>/move/", "POST", MANAGERS, "phase", {"direction": "down"}),
    Row("settings/phases/<int:pk>/end/", "GET", MANAGERS, "phase"),
    Row("settings/phases/<int:pk>/end/", "POST", MANAGERS, "phase", {"into": "{second_phase}"}),
    Row("settings/phases/<int:pk>/end/", "POST", MANAGERS, "empty_phase"),
    Row("settings/phases/<int:pk>/restore/", "POST", MANAGERS, "archived_phase"),
    # --- People and organizations
    Row("people/", "GET", USERS),
    Row("people/new/", "GET", WRITERS),
    Row("people/new/", "POST", WRITERS, "", {FORM: "people/new/", "name": "New"}),
    Row("people/deleted/", "GET", USERS),
    Row("people/options/", "GET", USERS),
    Row("people/reach-row/", "GET", USERS, "", {"of": "phone_numbers", "row": "1"}),
    Row("people/<int:number>/", "GET", SEE, "person"),
    Row("people/<int:number>/edit/", "GET", CHANGE, "person"),
    Row("people/<int:number>/edit/", "POST", CHANGE, "person", {
        FORM: "people/{pk}/edit/", "name": "Taken over",
    }),
    Row("people/<int:number>/delete/", "GET", DELETE, "person"),
    Row("people/<int:number>/delete/", "POST", DELETE, "lone_person"),
    Row("people/<int:number>/bring-back/", "POST", DELETE, "deleted_person"),
    Row("organizations/", "GET", USERS),
    Row("organizations/new/", "GET", WRITERS),
    Row("organizations/new/", "POST", WRITERS, "", {FORM: "organizations/new/", "name": "New"}),
    Row("organizations/deleted/", "GET", USERS),
    Row("organizations/options/", "GET", USERS),
    Row("organizations/<int:number>/", "GET", SEE, "organization"),
    Row("organizations/<int:number>/edit/", "GET", CHANGE, "organization"),
    Row("organizations/<int:number>/edit/", "POST", CHANGE, "organization", {
        FORM: "organizations/{pk}/edit/", "name": "Taken over",
    }),
    Row("organizations/<int:number>/delete/", "GET", DELETE, "organization"),
    Row("organizations/<int:number>/delete/", "POST", DELETE, "lone_organization"),
    Row("organizations/<int:number>/bring-back/", "POST", DELETE, "deleted_organization"),
    # --- Products: one catalogue for all, kept by those who may configure
    Row("products/", "GET", USERS),
    Row("products/", "GET", USERS, "product", {"peek": "{pk}", "view": "all", "price_from": "1"}),
    Row("products/new/", "GET", MANAGERS),
    Row("products/new/", "POST", MANAGERS, "", {FORM: "products/new/", "name": "New"}),
    Row("products/price-row/", "GET", USERS),
    Row("products/deleted/", "GET", USERS),
    Row("products/deleted/bring-back/", "POST", MANAGERS, "deleted_product", ONE),
    Row("products/activate/", "POST", MANAGERS, "inactive_product", ONE),
    Row("products/deactivate/", "POST", MANAGERS, "product", ONE),
    Row("products/categorize/", "POST", MANAGERS, "product", {**ONE, "to": "{spare_category}"}),
    Row("products/categorize/", "POST", MANAGERS, "product", {**ONE, "to": "none"}),
    Row("products/delete/", "POST", MANAGERS, "product", {**ONE, "confirmed": "1"}),
    Row("products/<int:number>/", "GET", USERS, "product"),
    Row("products/<int:number>/edit/", "GET", MANAGERS, "product"),
    Row("products/<int:number>/edit/", "POST", MANAGERS, "product", {
        FORM: "products/{pk}/edit/", "name": "Taken over",
    }),
    Row("products/<int:number>/edit/<slug:name>/", "GET", MANAGERS, "product"),
    Row("products/<int:number>/edit/<slug:name>/", "POST", MANAGERS, "product", {
        FORM: "products/{pk}/edit/name/", "name": "Taken over",
    }),
    # --- Activities, notes, what happened
    Row("activities/", "GET", USERS),
    Row("activities/", "GET", USERS, "", {"assignee": "all"}),
    Row("activities/plan/", "POST", CHANGE, "lead", {
        "on": "lead:{pk}", "type": "{activity_type}", "subject": "New", "when": "today",
        "assignee": "{alice}", "token": "b39b4c48-9a4f-4d34-9b3b-0d1c9a7e6a13",
    }),
    *(
        Row(f"activities/plan-many/{about}s/", method, BULK, about, {**ONE, **sent})
        for about in ("lead", "deal")
        for method, sent in (("GET", {}), ("POST", {}), ("POST", {
            "type": "{activity_type}", "subject": "New", "when": "today",
            "token": "b39b4c48-9a4f-4d34-9b3b-0d1c9a7e6a15",
        }))
    ),
    Row("activities/<int:pk>/change/", "GET", CHANGE, "activity"),
    Row("activities/<int:pk>/change/", "POST", CHANGE, "activity", {
        FORM: "activities/{pk}/change/", "subject": "Taken over",
    }),
    Row("activities/<int:pk>/complete/", "POST", CHANGE, "activity"),
    Row("activities/<int:pk>/reopen/", "POST", CHANGE, "done_activity"),
    Row("activities/<int:pk>/remove/", "POST", CHANGE, "activity"),
    Row("news/", "GET", USERS),
    Row("news/looked/", "POST", USERS, "", {"last": "1"}),
    Row("notes/write/", "POST", CHANGE, "deal", {
        "on": "deal:{pk}", "text": "New", "token": "b39b4c48-9a4f-4d34-9b3b-0d1c9a7e6a14",
    }),
    Row("notes/<int:pk>/change/", "GET", DELETE, "note"),
    Row("notes/<int:pk>/change/", "POST", DELETE, "note", {
        FORM: "notes/{pk}/change/", "text": "Taken over",
    }),
    Row("notes/<int:pk>/remove/", "POST", DELETE, "note"),
    Row("notes/<int:pk>/pin/", "POST", CHANGE, "note", {"pinned": "1"}),
    *(
        Row("timeline/<str:kind>/<int:pk>/", "GET", SEE, about)
        for about in ("lead", "deal", "person", "organization")
    ),
    Row("history/<int:pk>/undo/", "POST", OWN, "operation"),
    Row("jobs/<int:number>/", "GET", OWN, "job"),
    # --- Imports
    Row("imports/", "GET", WRITERS),
    Row("imports/new/", "GET", WRITERS),
    Row("imports/new/", "POST", WRITERS, "", {"file": TABLE, "kind": "lead"}),
    Row("imports/pipedrive/", "GET", WRITERS),
    Row("imports/pipedrive/", "POST", WRITERS, "", {"files": EXPORT}),
    Row("imports/<int:number>/", "GET", OWN, "import"),
    Row("imports/<int:number>/delete/", "GET", OWN, "import"),
    Row("imports/<int:number>/delete/", "POST", OWN, "import"),
    Row("imports/<int:number>/file/", "GET", OWN, "import"),
    Row("imports/<int:number>/file/", "POST", OWN, "import", {
        FORM: "imports/{pk}/file/", "delimiter": ";",
    }),
    Row("imports/<int:number>/columns/", "GET", OWN, "import"),
    Row("imports/<int:number>/columns/", "POST", OWN, "import", {
        "field-0": "lead.title", "field-1": "person.email", "go": "1",
    }),
    Row("imports/<int:number>/columns/save/", "GET", OWN, "import"),
    Row("imports/<int:number>/columns/save/", "POST", OWN, "import", {
        FORM: "imports/{pk}/columns/save/", "name": "New",
    }),
    Row("imports/<int:number>/columns/use/", "POST", OWN, "import", {"matching": "{matching}"}),
    Row("imports/<int:number>/columns/<int:column>/field/", "GET", OWN_SETUP, "import"),
    Row("imports/<int:number>/columns/<int:column>/field/", "POST", OWN_SETUP, "import", {
        FORM: "imports/{pk}/columns/0/field/", "name": "New",
    }),
    Row("imports/matchings/<int:pk>/remove/", "GET", OWN, "matching"),
    Row("imports/matchings/<int:pk>/remove/", "POST", OWN, "matching"),
    Row("imports/<int:number>/check/", "GET", OWN, "import"),
    Row("imports/<int:number>/check/", "GET", OWN, "checked_import"),
    Row("imports/<int:number>/check/", "POST", OWN, "checked_import", {
        "person": "skip", "empty": "leave",
    }),
    Row("imports/<int:number>/check/correct/", "POST", OWN, "checked_import", {
        "column": "1", "value": "x", "text": "zoe@client.example",
    }),
    Row("imports/<int:number>/check/skip/", "POST", OWN, "checked_import", {"take": "1"}),
    Row("imports/<int:number>/check/rows/<int:row>/", "GET", OWN, "checked_import"),
    Row("imports/<int:number>/check/rows/<int:row>/", "POST", OWN, "checked_import", {
        "cell-1": "zoe@client.example",
    }),
    Row("imports/<int:number>/check/rows/<int:row>/skip/", "POST", OWN, "checked_import"),
    Row("imports/<int:number>/run/", "GET", OWN, "import"),
    Row("imports/<int:number>/", "GET", OWN, "done_import"),
    Row("imports/<int:number>/left-out/", "GET", OWN, "done_import"),
    Row("imports/<int:number>/revert/", "GET", OWN, "done_import"),
    Row("imports/<int:number>/revert/", "POST", OWN, "done_import"),
    Row("imports/<int:number>/run/", "GET", OWN, "running_import"),
    Row("imports/<int:number>/run/", "POST", OWN, "checked_import"),
    Row("imports/<int:number>/run/cancel/", "POST", OWN, "running_import"),
    Row("imports/<int:number>/run/resume/", "POST", OWN, "stopped_import"),
    # --- What one keeps of a list
    Row("lists/<slug:of>/columns/", "GET", USERS),
    Row("lists/<slug:of>/columns/", "POST", USERS, "", {"cols": "value"}),
    Row("lists/<slug:of>/views/new/", "GET", USERS),
    Row("lists/<slug:of>/views/new/", "POST", USERS, "", {"name": "New", "audience": "own"}),
    Row("lists/views/<int:pk>/", "GET", PRIVATE, "view"),
    Row("lists/views/<int:pk>/", "POST", PRIVATE, "view", {"name": "Mine", "audience": "own"}),
    Row("lists/views/<int:pk>/update/", "POST", PRIVATE, "view", {"query": "q=new"}),
    Row("lists/views/<int:pk>/remove/", "GET", PRIVATE, "view"),
    Row("lists/views/<int:pk>/remove/", "POST", PRIVATE, "view"),
    # --- Settings
    Row("settings/users/", "GET", ADMINS),
    Row("settings/users/new/", "GET", ADMINS),
    Row("settings/users/new/", "POST", ADMINS, "", {
        FORM: "settings/users/new/", "name": "New", "email": "new@carnet.example",
    }),
    Row("settings/users/<int:pk>/", "GET", ADMINS, "leaver"),
    Row("settings/users/<int:pk>/", "POST", ADMINS, "leaver", {
        FORM: "settings/users/{pk}/", "role": "admin",
    }),
    Row("settings/users/<int:pk>/invite/", "POST", ADMINS, "leaver"),
    Row("settings/users/<int:pk>/deactivate/", "GET", ADMINS, "leaver"),
    Row("settings/users/<int:pk>/deactivate/", "POST", ADMINS, "leaver", {"heir": "{bob}"}),
    Row("settings/users/<int:pk>/reactivate/", "POST", ADMINS, "left"),
    Row("settings/teams/", "GET", ADMINS),
    Row("settings/teams/new/", "GET", ADMINS),
    Row("settings/teams/new/", "POST", ADMINS, "", {"name": "New"}),
    Row("settings/teams/<int:pk>/", "GET", ADMINS, "team"),
    Row("settings/teams/<int:pk>/", "POST", ADMINS, "team", {"name": "Taken over"}),
    Row("settings/teams/<int:pk>/remove/", "POST", ADMINS, "team"),
    *(Row("settings/<list:kind>/", "GET", MANAGERS, about) for about in WORDS),
    *(Row("settings/<list:kind>/new/", "GET", MANAGERS, about) for about in WORDS),
    *(
        Row("settings/<list:kind>/new/", "POST", MANAGERS, about, {
            FORM: "settings/{list}/new/", "name": "New",
        })
        for about in WORDS
    ),
    *(Row("settings/<list:kind>/<int:pk>/", "GET", MANAGERS, about) for about in WORDS),
    *(
        Row("settings/<list:kind>/<int:pk>/", "POST", MANAGERS, about, {
            FORM: "settings/{list}/{pk}/", "name": "Taken over",
        })
        for about in WORDS
    ),
    *(
        Row("settings/<list:kind>/<int:pk>/move/", "POST", MANAGERS, about, {"direction": "down"})
        for about in WORDS[3:]
    ),
    *(
        Row("settings/<list:kind>/<int:pk>/archive/", "POST", MANAGERS, about)
        for about in WORDS[1:]
    ),
    *(
        Row("settings/<list:kind>/<int:pk>/restore/", "POST", MANAGERS, f"archived_{about}")
        for about in WORDS[1:]
    ),
    Row("settings/<list:kind>/<int:pk>/remove/", "POST", MANAGERS, "spare_label"),
    Row("settings/pipelines/", "GET", MANAGERS),
    Row("settings/pipelines/new/", "GET", MANAGERS),
    Row("settings/pipelines/new/", "POST", MANAGERS, "", {"name": "New"}),
    Row("settings/pipelines/<int:pk>/", "GET", MANAGERS, "pipeline"),
    Row("settings/pipelines/<int:pk>/", "POST", MANAGERS, "pipeline", {
        FORM: "settings/pipelines/{pk}/", "name": "Taken over",
    }),
    Row("settings/pipelines/<int:pk>/copy/", "POST", MANAGERS, "pipeline"),
    Row("settings/pipelines/<int:pk>/move/", "POST", MANAGERS, "pipeline", {"direction": "down"}),
    Row("settings/pipelines/<int:pk>/default/", "POST", MANAGERS, "pipeline"),
    Row("settings/pipelines/<int:pk>/end/", "GET", MANAGERS, "other_pipeline"),
    Row("settings/pipelines/<int:pk>/end/", "POST", MANAGERS, "other_pipeline"),
    Row("settings/pipelines/<int:pk>/restore/", "POST", MANAGERS, "archived_pipeline"),
    Row("settings/pipelines/<int:pk>/required/", "POST", MANAGERS, "pipeline", {
        "field": "{choice}", "when": "won",
    }),
    Row("settings/requirements/<int:pk>/drop/", "POST", MANAGERS, "requirement"),
    Row("settings/stages/<int:pk>/move/", "POST", MANAGERS, "stage", {"direction": "down"}),
    Row("settings/stages/<int:pk>/end/", "GET", MANAGERS, "stage"),
    Row("settings/stages/<int:pk>/end/", "POST", MANAGERS, "stage", {"into": "{second_stage}"}),
    Row("settings/stages/<int:pk>/end/", "POST", MANAGERS, "empty_stage"),
    Row("settings/stages/<int:pk>/restore/", "POST", MANAGERS, "archived_stage"),
    Row("settings/takeout/", "GET", ADMINS),
    Row("settings/takeout/start/", "POST", ADMINS),
    Row("settings/takeout/<int:number>/", "GET", ADMINS, "archive"),
    Row("settings/fields/", "GET", MANAGERS),
    Row("settings/fields/", "GET", MANAGERS, "", {"of": "person"}),
    Row("settings/fields/new/", "GET", MANAGERS),
    Row("settings/fields/new/", "POST", MANAGERS, "", {
        FORM: "settings/fields/new/", "name": "New", "kind": "text",
    }),
    Row("settings/fields/calculated/", "GET", MANAGERS),
    Row("settings/fields/calculated/", "POST", MANAGERS, "", {
        FORM: "settings/fields/calculated/", "name": "New", "formula": "value * 2",
        "is_money": "money", "save": "1",
    }),
    Row("settings/fields/calculated/<int:pk>/", "GET", MANAGERS, "calculated"),
    Row("settings/fields/calculated/<int:pk>/", "POST", MANAGERS, "calculated", {
        FORM: "settings/fields/calculated/{pk}/", "name": "Taken over", "save": "1",
    }),
    Row("settings/fields/<int:pk>/", "GET", MANAGERS, "field"),
    Row("settings/fields/<int:pk>/", "POST", MANAGERS, "field", {
        FORM: "settings/fields/{pk}/", "name": "Taken over",
    }),
    Row("settings/fields/<int:pk>/move/", "POST", MANAGERS, "field", {"direction": "down"}),
    Row("settings/fields/<int:pk>/delete/", "GET", MANAGERS, "field"),
    Row("settings/fields/<int:pk>/delete/", "POST", MANAGERS, "field"),
    Row("settings/fields/<int:pk>/restore/", "POST", MANAGERS, "deleted_field"),
    Row("settings/fields/<int:pk>/sortable/", "POST", MANAGERS, "field", {"sortable": "1"}),
    Row("settings/fields/<int:pk>/options/", "POST", MANAGERS, "choice", {"name": "New"}),
    Row("settings/options/<int:pk>/", "GET", MANAGERS, "option"),
    Row("settings/options/<int:pk>/", "POST", MANAGERS, "option", {
        FORM: "settings/options/{pk}/", "name": "Taken over",
    }),
    Row("settings/options/<int:pk>/move/", "POST", MANAGERS, "option", {"direction": "down"}),
    Row("settings/options/<int:pk>/archive/", "POST", MANAGERS, "option"),
    Row("settings/options/<int:pk>/restore/", "POST", MANAGERS, "archived_option"),
    Row("settings/options/<int:pk>/remove/", "POST", MANAGERS, "option"),
    # --- The door of Django admin
    Row("admin/login/", "GET", Right("403 403 403 403 403 ok")),
]
# fmt: on
