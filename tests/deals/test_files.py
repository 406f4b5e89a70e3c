"""Files of deals: what is stored, who may, what is refused, and the way back."""

import hashlib
import io
import uuid
from datetime import timedelta
from functools import partial

import pytest
from django.core.exceptions import ValidationError
from django.core.files.storage import InMemoryStorage
from django.db import IntegrityError, transaction
from django.utils import timezone
from PIL import Image

from conversion.services import convert_leads, return_to_leads, undo_conversion
from conversion.services.undoing import DealsWentOn
from core.errors import Missing, NotAllowed, Stale
from deals.models import Deal, DealFile
from deals.services import copy_deal, merge_deals, win_deals
from files import services
from files.models import File
from files.services import (
    FileEmpty,
    FileTooLarge,
    StorageFull,
    TooManyFiles,
    attach,
    change,
    remove,
)
from files.storing import NotStored, storage
from history.models import Event, Operation
from history.services import NothingToUndo, undo
from history.templatetags.history import sentence, what_changed
from opportunities import services as opportunities
from tests.factories import DealFactory, DealFileFactory, LeadFactory
from tests.files.making import image, upload

pytestmark = pytest.mark.django_db


@pytest.fixture
def deal(alice, stages):
    return DealFactory(owner=alice, stage=stages[0], visibility="team", title="Pilot")


def add(deal, *uploads, by, **options):
    return attach(DealFile, deal, list(uploads) or [upload()], by=by, **options)


def stored():
    """Every key that the storage knows."""
    folders, _files = storage().listdir("")
    return {f"{folder}/{name}" for folder in folders for name in storage().listdir(folder)[1]}


@pytest.fixture(autouse=True)
def empty_storage(settings):
    """A storage of its own for each test."""
    settings.STORAGES = settings.STORAGES | {
        "files": {"BACKEND": "django.core.files.storage.InMemoryStorage"}
    }
    assert isinstance(storage(), InMemoryStorage)


# --- Adding -------------------------------------------------------------------------------------


def test_a_file_is_kept_as_it_came(deal, alice):  # D6
    content = b"%PDF-1.7\nOffer"
    operation = add(deal, upload("C:\\docs\\Offer.pdf", content, "text/html"), by=alice)

    attachment = DealFile.objects.get()
    file = attachment.file
    assert (file.name, file.type, file.size) == ("Offer.pdf", "application/pdf", len(content))
    assert file.checksum == hashlib.sha256(content).hexdigest()
    assert file.uploaded_by == alice
    assert storage().open(file.key).read() == content
    assert "Offer" not in file.key
    event = operation.events.get()
    assert (event.verb, sentence(event)) == ("deal.file_added", "File added: Offer.pdf")
    assert what_changed(event) == []


def test_several_files_are_one_act(deal, alice):
    operation = add(deal, upload("a.txt"), upload("b.txt"), by=alice)
    assert sentence(operation.events.get()) == "File added: a.txt, b.txt"
    undo(operation, by=alice)
    assert not DealFile.objects.exists()


def test_an_image_gets_a_small_picture(deal, alice):
    add(deal, upload("plan.png", image(size=(2000, 1000))), by=alice)
    file = File.objects.get()
    assert Image.open(io.BytesIO(storage().open(file.preview).read())).size == (640, 320)
    assert stored() == {file.key, file.preview}


def test_a_file_is_news_until_that_is_taken_back(deal, alice):
    before = timezone.now() - timedelta(days=9)
    Deal.objects.update(idle_since=before, updated_at=before)
    operation = add(deal, by=alice)
    deal.refresh_from_db()
    assert deal.idle_since > before + timedelta(days=8)
    undo(operation, by=alice)
    deal.refresh_from_db()
    # There is no older news of it that stands: it idles since then.
    assert deal.updated_at > before


def test_a_repeat_is_there_once(deal, alice):
    token = uuid.uuid4()
    first = add(deal, by=alice, token=token)
    again = add(deal, by=alice, token=token)
    assert first == again
    assert File.objects.count() == 1
    assert len(stored()) == 1


def test_closed_and_archived_deals_get_files_too(deal, alice):
    """A contract comes when all is over."""
    win_deals([deal], by=alice)
    opportunities.archive([deal], by=alice)
    add(deal, by=alice)
    assert DealFile.objects.exists()


@pytest.mark.parametrize(
    ("who", "refusal"), [("charlie", Missing), ("reader", NotAllowed), ("nobody", NotAllowed)]
)
def test_who_may_not_change_the_deal_adds_nothing(request, deal, alice, who, refusal):
    if who == "nobody":
        alice.role = ""
        user = alice
    else:
        user = request.getfixturevalue(who)
    with pytest.raises(refusal):
        add(deal, by=user)
    assert stored() == set()
    assert not Operation.objects.exists()


def test_a_teammate_may(deal, bob):
    add(deal, by=bob)
    assert File.objects.get().uploaded_by == bob


def test_what_is_too_large_empty_or_too_many_is_refused_by_name(deal, alice, settings, monkeypatch):
    settings.FILES_LARGEST = 10
    with pytest.raises(FileTooLarge, match=r"“b.txt” is larger than 10"):
        add(deal, upload("a.txt", b"1"), upload("b.txt", b"x" * 11), by=alice)
    with pytest.raises(FileEmpty, match=r"“c.txt”: there is nothing in it"):
        add(deal, upload("c.txt", b""), by=alice)
    with pytest.raises(TooManyFiles, match="At most 20"):
        add(deal, *(upload(content=b"1") for _ in range(21)), by=alice)
    monkeypatch.setattr(services, "MOST_OF_ONE", 2)
    DealFileFactory(deal=deal)
    DealFileFactory(deal=deal, deleted_at=timezone.now())
    before = stored()
    with pytest.raises(TooManyFiles, match="At most 2 "):
        add(deal, upload(content=b"1"), by=alice)
    assert stored() == before
    assert not Operation.objects.exists()


def test_all_files_together_have_a_limit(deal, alice, settings):
    settings.FILES_TOTAL = 30
    first = add(deal, upload(content=b"x" * 20), by=alice)
    undo(first, by=alice)  # still there for 30 days
    with pytest.raises(StorageFull, match="all files together may have 30"):
        add(deal, upload(content=b"x" * 11), by=alice)
    assert len(stored()) == 1
    add(deal, upload(content=b"x" * 10), by=alice)
    settings.FILES_TOTAL = 0
    add(deal, upload(content=b"x" * 100), by=alice)


def test_a_storage_that_fails_is_told_and_leaves_nothing(deal, alice, monkeypatch):
    monkeypatch.setattr(InMemoryStorage, "_save", lambda *_args: (_ for _ in ()).throw(OSError(28)))
    with pytest.raises(NotStored, match="could not be stored"):
        add(deal, by=alice)
    assert not File.objects.exists()
    assert not Operation.objects.exists()


def test_a_file_that_is_gone_for_good_is_missing(deal, alice):
    attachment = DealFileFactory(deal=deal)
    DealFile.everything.all().delete()
    for act in (remove, partial(change, name="Plan", description="")):
        with pytest.raises(Missing, match="This file is no longer there"):
            act(attachment, by=alice)


def test_bytes_whose_row_cannot_be_written_are_taken_out_again(deal, alice, monkeypatch):
    """Refused at the last moment: the deal was deleted while its file came in."""
    real = services.store

    def slow(upload, *, by):
        opportunities.delete([deal], by=alice)
        return real(upload, by=by)

    monkeypatch.setattr(services, "store", slow)
    with pytest.raises(Missing):
        add(deal, by=alice)
    assert stored() == set()


def test_adding_costs_the_same_however_many_files(deal, alice, django_assert_num_queries):
    assert alice.team_member_ids
    for number in (1, 5):
        # Twice a transaction (2) and the deal's lock: before the bytes are written, and after.
        # Then the operation, the files of the deal counted, the lock and the sum of all files,
        # their rows, those of the deal, the deal's stamps, the event.
        with django_assert_num_queries(14):
            add(deal, *(upload() for _ in range(number)), by=alice)


# --- Changing and deleting ----------------------------------------------------------------------


def test_a_file_is_renamed_and_described_with_undo(deal, alice):
    add(deal, upload("scan.pdf", b"%PDF-"), by=alice)
    attachment = DealFile.objects.get()
    operation = change(attachment, name="Contract", description="signed", by=alice)

    attachment = DealFile.objects.select_related("file").get()
    assert (attachment.file.name, attachment.description) == ("Contract.pdf", "signed")
    told = {each.name: (each.before, each.after) for each in what_changed(operation.events.get())}
    assert told == {
        "File name": ("scan.pdf", "Contract.pdf"),
        "Description": ("—", "signed"),
    }
    undo(operation, by=alice)
    attachment = DealFile.objects.select_related("file").get()
    assert (attachment.file.name, attachment.description) == ("scan.pdf", "")


def test_changing_nothing_records_nothing(deal, alice):
    attachment = DealFileFactory(deal=deal, file__name="a.txt", description="b")
    assert change(attachment, name="a.txt", description="b ", by=alice) is None
    assert not Operation.objects.exists()


def test_what_somebody_else_wrote_meanwhile_is_not_overwritten(deal, alice):
    attachment = DealFileFactory(deal=deal, file__name="a.txt")
    with pytest.raises(Stale) as stale:
        change(attachment, name="c.txt", description="", seen={"name": "b.txt"}, by=alice)
    assert (stale.value.seen, stale.value.found) == ("b.txt", "a.txt")


def test_what_a_description_cannot_hold_is_refused(deal, alice):
    attachment = DealFileFactory(deal=deal)
    for wrong in ("x" * 501, "a\x00b", "a\u202eb"):
        with pytest.raises(ValidationError):
            change(attachment, name="a.txt", description=wrong, by=alice)


def test_undo_of_a_change_does_not_undo_a_later_one(deal, alice):
    attachment = DealFileFactory(deal=deal, file__name="a.txt")
    operation = change(attachment, name="b.txt", description="", by=alice)
    change(attachment, name="c.txt", description="", by=alice)
    with pytest.raises(Stale, match="Changed again since"):
        undo(operation, by=alice)


def test_a_deleted_file_comes_back_whole(deal, alice):
    add(deal, by=alice)
    attachment = DealFile.objects.get()
    operation = remove(attachment, by=alice)
    assert not DealFile.objects.exists()
    assert sentence(operation.events.get()) == "File deleted: offer.txt"
    undo(operation, by=alice)
    assert DealFile.objects.get() == attachment
    assert storage().open(attachment.file.key).read() == b"Some words.\n"


def test_the_undo_of_an_undo_works_too(deal, alice):
    added = add(deal, by=alice)
    undo(added, by=alice)
    removed = Operation.objects.get(undoes=added)
    undo(removed, by=alice)
    assert DealFile.objects.exists()


def test_a_file_that_is_gone_is_not_changed_and_not_brought_back(deal, alice):
    add(deal, by=alice)
    attachment = DealFile.objects.get()
    removed = remove(attachment, by=alice)
    for act in (
        lambda: remove(attachment, by=alice),
        lambda: change(attachment, name="b", description="", by=alice),
    ):
        with pytest.raises(Missing):
            act()
    DealFile.everything.all().delete()
    with pytest.raises(NothingToUndo, match=r"“offer.txt” is no longer there"):
        undo(removed, by=alice)


def test_others_neither_change_nor_delete_it(deal, charlie, reader):
    attachment = DealFileFactory(deal=deal)
    for user, refusal in ((charlie, Missing), (reader, NotAllowed)):
        with pytest.raises(refusal):
            change(attachment, name="b", description="", by=user)
        with pytest.raises(refusal):
            remove(attachment, by=user)


def test_what_came_stays_as_it_came():
    file = DealFileFactory().file
    for column in ("key", "type", "checksum", "size"):
        with pytest.raises(IntegrityError), transaction.atomic():
            File.objects.filter(pk=file.pk).update(**{column: 7})


# --- With the deal ------------------------------------------------------------------------------


def test_files_survive_the_way_to_the_leads_and_back(pipeline, stages, alice):  # D6
    lead = LeadFactory(owner=alice)
    deal = convert_leads([lead], into=pipeline, by=alice).pairs.get().deal
    add(deal, upload("Offer.pdf", b"%PDF-1"), by=alice)
    before = DealFile.objects.select_related("file").get()
    return_to_leads([deal], by=alice)
    convert_leads([lead], into=pipeline, by=alice)

    after = DealFile.objects.select_related("file").get()
    assert after == before
    assert after.deal_id == deal.pk
    for column in ("name", "checksum", "uploaded_by_id", "key"):
        assert getattr(after.file, column) == getattr(before.file, column)
    assert storage().open(after.file.key).read() == b"%PDF-1"
    remove(after, by=alice)
    assert not DealFile.objects.exists()


def test_a_merged_deal_hands_its_files_over(deal, alice, stages):
    other = DealFactory(owner=alice, stage=stages[0], person=deal.person)
    add(other, upload("a.txt"), by=alice)
    remove(DealFile.objects.get(), by=alice)
    add(other, upload("b.txt"), by=alice)
    own = DealFileFactory(deal=deal)

    operation = merge_deals([other], into=deal, by=alice)

    assert set(DealFile.everything.values_list("deal", flat=True)) == {deal.pk}
    assert DealFile.objects.count() == 2
    event = operation.events.get(subject_id=deal.pk)
    assert [each["name"] for each in event.changes["files"][1]] == ["b.txt"]
    assert own in DealFile.objects.filter(deal=deal)


def test_what_was_deleted_before_a_merge_comes_back_after_it(deal, alice):
    other = DealFactory(owner=alice, stage=deal.stage, person=deal.person)
    added = add(other, upload("a.txt"), by=alice)
    removed = remove(DealFile.objects.get(), by=alice)
    merge_deals([other], into=deal, by=alice)

    undo(removed, by=alice)

    assert DealFile.objects.get().deal == deal
    assert Event.objects.latest("pk").subject_id == deal.pk
    undo(added, by=alice)
    assert not DealFile.objects.exists()


def test_a_copy_has_no_files(deal, alice):
    add(deal, by=alice)
    assert not copy_deal(deal, by=alice).attached.exists()


def test_a_deleted_deal_keeps_its_files_out_of_sight(deal, alice):
    add(deal, by=alice)
    attachment = DealFile.objects.get()
    opportunities.delete([deal], by=alice)
    with pytest.raises(Missing):
        remove(attachment, by=alice)
    opportunities.bring_back([deal], by=alice)
    assert deal.attached.count() == 1


def test_events_remember_names_as_they_were(deal, alice):
    add(deal, upload("a.txt"), by=alice)
    change(DealFile.objects.get(), name="b.txt", description="", by=alice)
    assert sentence(Event.objects.order_by("pk").first()) == "File added: a.txt"


def test_a_conversion_with_files_since_is_not_undone(pipeline, alice):  # E2
    conversion = convert_leads([LeadFactory(owner=alice)], into=pipeline, by=alice)
    deal = conversion.pairs.get().deal
    add(deal, by=alice)
    with pytest.raises(DealsWentOn, match="has gained files"):
        undo_conversion(conversion, by=alice)
    remove(DealFile.objects.get(), by=alice)
    undo_conversion(conversion, by=alice)
    assert not Deal.objects.filter(pk=deal.pk).exists()
