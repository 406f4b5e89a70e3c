"""The files on a deal's page and on their own: what is shown, sent, served, and to whom."""

import uuid

import pytest
from django.conf import settings as configured
from django.contrib.messages import get_messages

from deals.models import DealFile
from deals.models.deal import DealQuerySet
from deals.services import merge_deals
from files.models import File
from files.services import attach, remove
from files.storing import storage
from history.models import Operation
from tests.factories import DealFactory, DealFileFactory, FileFactory
from tests.files.making import image, upload
from tests.web import assert_part_of_page, htmx, text

pytestmark = pytest.mark.django_db


@pytest.fixture
def deal(alice, stages):
    return DealFactory(owner=alice, stage=stages[0], visibility="team", title="Pilot")


def url_of(deal, *rest):
    return "/".join([f"/deals/{deal.pk}/files", *map(str, rest)]) + "/"


def send(client, deal, *uploads, headers=None, **data):
    data = {"token": str(uuid.uuid4()), "files": list(uploads), **data}
    return client.post(url_of(deal), data, headers=headers)


def toasts(response):
    return [str(message) for message in get_messages(response.wsgi_request)]


def bytes_of(response):
    return b"".join(response.streaming_content)


# --- What is shown --------------------------------------------------------------------------------


def test_the_page_shows_the_newest_files_and_how_many_there_are(signed_in, alice, deal):
    for number in range(10):
        DealFileFactory(deal=deal, file__name=f"offer-{number}.txt", description=f"No {number}")
    shown = text(signed_in(alice).get(deal.get_absolute_url()))
    assert shown.index("offer-9.txt") < shown.index("No 9") < shown.index("offer-2.txt")
    assert "offer-1.txt" not in shown
    assert "All 10 files" in shown
    assert f'href="{url_of(deal)}"' in shown
    assert "12 bytes" in shown.replace("\xa0", " ")


@pytest.mark.parametrize("number", [0, 8, 200])
def test_the_page_costs_the_same_however_many_files(
    signed_in, alice, deal, number, django_assert_num_queries
):
    files = FileFactory.create_batch(number, uploaded_by=alice)
    DealFile.objects.bulk_create(DealFile(deal=deal, file=file) for file in files)
    client = signed_in(alice)
    client.get(deal.get_absolute_url())
    with django_assert_num_queries(15):
        client.get(deal.get_absolute_url())


@pytest.mark.parametrize("number", [1, 5])
def test_the_list_costs_the_same_however_many_files(
    signed_in, alice, deal, number, django_assert_num_queries
):
    for _each in range(number):
        DealFileFactory(deal=deal)
    client = signed_in(alice)
    client.get(url_of(deal))
    # Session, user, the rail's count, the deal, whether one may change it, its files.
    with django_assert_num_queries(6):
        client.get(url_of(deal))


def test_all_files_have_a_page(signed_in, alice, reader, deal):
    for number in range(10):
        DealFileFactory(deal=deal, file__name=f"offer-{number}.txt")
    client = signed_in(alice)
    shown = text(client.get(url_of(deal)))
    assert "10 files" in shown
    assert all(f"offer-{number}.txt" in shown for number in range(10))
    assert_part_of_page(client, url_of(deal), "all-files")
    assert_part_of_page(client, url_of(deal), "add-files")
    read_only = text(signed_in(reader).get(url_of(deal)))
    assert "offer-1.txt" in read_only
    assert "crm-upload" not in read_only
    assert "/edit/" not in read_only


def test_the_newest_are_the_same_in_the_page_and_asked_again(signed_in, alice, deal):
    for number in range(10):
        DealFileFactory(deal=deal, file__name=f"offer-{number}.png", file__content=image())
    client = signed_in(alice)
    part = text(client.get(url_of(deal), headers=htmx("files", on=deal.get_absolute_url())))
    assert part.startswith('<div id="files"')
    assert part in text(client.get(deal.get_absolute_url()))


def test_a_deal_without_files_says_so(signed_in, alice, deal):
    assert "No files yet" in text(signed_in(alice).get(deal.get_absolute_url()))
    assert "No files yet" in text(signed_in(alice).get(url_of(deal)))


def test_names_and_descriptions_are_escaped(signed_in, alice, deal):  # F9
    hostile = "<script>alert(1)</script>"
    attachment = DealFileFactory(deal=deal, file__name=hostile, description=hostile)
    client = signed_in(alice)
    for url in (
        deal.get_absolute_url(),
        url_of(deal),
        url_of(deal, attachment.pk, "edit"),
        url_of(deal, attachment.pk, "delete"),
    ):
        shown = client.get(url).text
        assert "alert(1)" in shown
        assert "<script>alert" not in shown


# --- Sending --------------------------------------------------------------------------------------


def test_files_are_added_without_scripts(signed_in, alice, deal):
    response = send(signed_in(alice), deal, upload("a.txt"), upload("b.txt"))
    assert response.status_code == 302
    assert response.url == url_of(deal)
    assert toasts(response) == ["2 files added."]
    assert DealFile.objects.filter(deal=deal).count() == 2
    back = send(signed_in(alice), deal, upload(), next=deal.get_absolute_url())
    assert back.url == deal.get_absolute_url()


def test_with_scripts_the_page_stays(signed_in, alice, deal):
    response = send(signed_in(alice), deal, upload(), headers=htmx("add-files"))
    assert response.status_code == 200
    assert "HX-Redirect" not in response.headers
    assert "1 file added." in response.text
    assert "/undo/" in response.text


def test_sent_twice_it_is_there_once(signed_in, alice, deal):
    token = str(uuid.uuid4())
    for _each in range(2):
        assert send(signed_in(alice), deal, upload(), token=token).status_code == 302
    assert DealFile.objects.count() == 1


@pytest.mark.parametrize("target", [None, "add-files"])
def test_what_makes_no_sense_is_said_at_its_place(signed_in, alice, deal, settings, target):
    settings.FILES_LARGEST = 10
    headers = htmx(target) if target else None
    client = signed_in(alice)
    for uploads, told in (
        ([], "Choose a file first."),
        ([upload("big.txt", b"x" * 11)], "“big.txt” is larger than 10"),
        ([upload("a.txt", b"1"), upload("big.txt", b"x" * 11)], "“big.txt” is larger than 10"),
        ([upload("empty.txt", b"")], "“empty.txt”: there is nothing in it."),
    ):
        response = send(client, deal, *uploads, headers=headers)
        assert response.status_code == 422
        assert told in text(response).replace("\xa0", " ")
        assert 'role="alert"' in response.text
    assert send(client, deal, upload(content=b"1"), token="nonsense").status_code == 422
    assert not File.objects.exists()
    assert not Operation.objects.exists()


def test_a_request_that_is_too_large_is_not_read(signed_in, alice, deal, settings):
    settings.FILES_LARGEST_REQUEST = 1000
    response = send(signed_in(alice), deal, upload(content=b"x" * 2000))
    assert response.status_code == 413
    assert not File.objects.exists()


def test_a_form_that_is_no_upload_brings_no_file(signed_in, alice, deal):
    data = {"token": str(uuid.uuid4()), "files": "../../etc/passwd"}
    assert signed_in(alice).post(url_of(deal), data).status_code == 422


def test_strangers_and_readers_send_nothing(signed_in, charlie, reader, deal):  # F1, F8
    for user, status in ((charlie, 404), (reader, 403)):
        assert send(signed_in(user), deal, upload()).status_code == status
    assert not File.objects.exists()
    assert not Operation.objects.exists()


@pytest.mark.parametrize("rest", [("edit",), ("delete",)])
def test_who_may_not_change_the_deal_is_not_asked_about_its_files(
    signed_in, bob, deal, monkeypatch, rest
):
    attachment, client = DealFileFactory(deal=deal), signed_in(bob)
    url = url_of(deal, attachment.pk, *rest)
    assert client.get(url).status_code == 200
    monkeypatch.setattr(DealQuerySet, "changeable_by", lambda deals, user: deals.none())
    assert client.get(url).status_code == 403
    assert client.post(url).status_code == 403
    assert send(client, deal, upload()).status_code == 403


# --- Serving --------------------------------------------------------------------------------------


def test_a_file_is_a_download_that_no_browser_runs(signed_in, bob, deal):
    content = b"<html><script>alert(1)</script>"
    attachment = DealFileFactory(deal=deal, file__name="Añadir “x”.html", file__content=content)
    response = signed_in(bob).get(url_of(deal, attachment.pk))
    assert bytes_of(response) == content
    headers = response.headers
    assert headers["Content-Type"] == "application/octet-stream"
    assert headers["Content-Disposition"].startswith("attachment; filename*=utf-8''A%C3%B1adir")
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert headers["Cache-Control"] == "private, no-store"
    assert headers["Content-Length"] == str(len(content))


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("a.pdf", b"%PDF-1.7 /JavaScript", "application/pdf"),
        ("a.svg", b"<svg onload='alert(1)'/>", "application/octet-stream"),
        ("a.png", image(), "image/png"),
        ("a.txt", b"words", "text/plain"),
    ],
)
def test_whatever_it_is_it_is_a_download(signed_in, alice, deal, name, content, expected):
    attachment = DealFileFactory(deal=deal, file__name=name, file__content=content)
    response = signed_in(alice).get(url_of(deal, attachment.pk))
    assert response.headers["Content-Type"] == expected
    assert response.headers["Content-Disposition"] == f'attachment; filename="{name}"'


def test_only_our_own_pictures_are_shown(signed_in, alice, deal):
    attachment = DealFileFactory(deal=deal, file__name="a.png", file__content=image())
    plain = DealFileFactory(deal=deal)
    client = signed_in(alice)
    response = client.get(url_of(deal, attachment.pk, "preview"))
    assert response.headers["Cache-Control"] == "private, no-store"
    assert bytes_of(response)[8:12] == b"WEBP"
    assert response.headers["Content-Type"] == "image/webp"
    assert response.headers["Content-Disposition"] == "inline"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in response.headers["Content-Security-Policy"]
    assert client.get(url_of(deal, plain.pk, "preview")).status_code == 404
    assert f'src="{url_of(deal, attachment.pk, "preview")}"' in client.get(url_of(deal)).text


def test_a_file_is_as_private_as_its_deal(signed_in, charlie, alice, bob, deal, stages):  # F7
    attachment = DealFileFactory(deal=deal)
    other = DealFactory(owner=alice, stage=stages[0])
    for rest in ((), ("preview",), ("edit",), ("delete",)):
        assert signed_in(charlie).get(url_of(deal, attachment.pk, *rest)).status_code == 404
        # Through another deal that one may see, it is not there either.
        assert signed_in(bob).get(url_of(other, attachment.pk, *rest)).status_code == 404
    assert signed_in(charlie).get(url_of(deal)).status_code == 404


def test_what_was_deleted_is_not_served(signed_in, alice, deal):
    attachment = DealFileFactory(deal=deal)
    remove(attachment, by=alice)
    for rest in ((), ("edit",), ("delete",)):
        assert signed_in(alice).get(url_of(deal, attachment.pk, *rest)).status_code == 404


def test_bytes_that_are_lost_are_not_found(signed_in, alice, deal):
    attachment = DealFileFactory(deal=deal)
    storage().delete(attachment.file.key)
    assert signed_in(alice).get(url_of(deal, attachment.pk)).status_code == 404


def test_the_storage_has_no_address():
    assert configured.MEDIA_URL in ("", "/")
    assert "media" not in configured.STATIC_URL


@pytest.mark.parametrize("rest", [(), (1,), (1, "preview"), (1, "edit"), (1, "delete")])
def test_the_old_addresses_of_a_merged_deal_lead_to_its_files(
    signed_in, alice, charlie, deal, stages, rest
):
    into = DealFactory(owner=alice, stage=stages[0], person=deal.person, visibility="team")
    attachment = DealFileFactory(deal=deal, file__name="a.png", file__content=image())
    rest = (attachment.pk, *rest[1:]) if rest else ()
    merge_deals([deal], into=into, by=alice)

    client = signed_in(alice)
    response = client.get(url_of(deal, *rest))
    assert response.status_code == 302
    assert response.url == url_of(into, *rest)
    assert client.get(response.url).status_code == 200
    assert client.post(url_of(deal)).status_code == 404
    assert signed_in(charlie).get(url_of(deal, *rest)).status_code == 404


# --- Changing and deleting ------------------------------------------------------------------------


def test_a_file_is_changed_in_a_dialog(signed_in, alice, deal):
    attachment = DealFileFactory(deal=deal, file__name="scan.pdf", file__content=b"%PDF-1")
    url, client = url_of(deal, attachment.pk, "edit"), signed_in(alice)
    assert_part_of_page(client, url, "change-file")
    seen = client.get(url).context["form"].initial["seen"]
    data = {"name": "Contract", "description": "Signed", "seen": seen}

    assert client.post(url, {**data, "seen": "forged"}).status_code == 422
    assert client.post(url, {**data, "name": ""}).status_code == 422
    response = client.post(url, {**data, "next": url_of(deal)})

    assert response.url == url_of(deal)
    attachment.refresh_from_db()
    assert (attachment.file.name, attachment.description) == ("Contract.pdf", "Signed")
    stale = client.post(url, {**data, "name": "Third"})
    assert stale.status_code == 409
    assert "Changed meanwhile from “scan.pdf” to “Contract.pdf”" in text(stale)


def test_deleting_asks_and_can_be_taken_back(signed_in, alice, deal):
    attachment = DealFileFactory(deal=deal, file__name="a.txt")
    url, client = url_of(deal, attachment.pk, "delete"), signed_in(alice)
    assert_part_of_page(client, url, "delete-file")
    assert DealFile.objects.exists()
    response = client.post(url)
    assert response.url == deal.get_absolute_url()
    assert toasts(response) == ["“a.txt” is deleted."]
    assert not DealFile.objects.exists()
    assert client.post(url).status_code == 404
    client.post(Operation.objects.get().get_undo_url())
    assert DealFile.objects.exists()


def test_the_history_tells(signed_in, alice, deal):
    attach(DealFile, deal, [upload("offer.pdf", b"%PDF-")], by=alice)
    assert "File added: offer.pdf" in text(signed_in(alice).get(deal.get_absolute_url()))
