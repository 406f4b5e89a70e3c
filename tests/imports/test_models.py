"""Imports: who sees them, where they go on, what stays as it came."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from accounts.models import User
from imports.models import ExternalId, Import, Row, SavedMatching, Trace
from tests.factories import (
    CorrectionFactory,
    ExternalIdFactory,
    ImportFactory,
    RowFactory,
    SavedMatchingFactory,
    SkippedRowFactory,
    TraceFactory,
)

pytestmark = pytest.mark.django_db
Stage = Import.Stage


def test_one_sees_ones_own_imports_and_an_admin_everybodys(alice, bob, admin):
    one = ImportFactory(by=alice)
    assert list(Import.objects.visible_to(alice)) == [one]
    assert list(Import.objects.visible_to(bob)) == []
    assert list(Import.objects.visible_to(admin)) == [one]


def test_who_has_no_role_sees_no_import_and_who_reads_changes_none(alice):
    ImportFactory(by=alice)
    alice.role = User.Role.READER
    assert Import.objects.visible_to(alice).exists()
    assert not Import.objects.changeable_by(alice).exists()
    alice.role = ""
    assert not Import.objects.visible_to(alice).exists()


@pytest.mark.parametrize(
    ("stage", "step"),
    [
        (Stage.COLUMNS, "columns/"),
        (Stage.CHECK, "check/"),
        (Stage.CHECKING, "check/"),
        (Stage.CHECKED, "check/"),
        (Stage.RUNNING, "run/"),
        (Stage.DONE, ""),
        (Stage.CANCELLED, ""),
        (Stage.FAILED, ""),
        (Stage.REVERTING, ""),
        (Stage.REVERTED, ""),
    ],
)
def test_an_import_goes_on_at_its_step(stage, step):
    one = Import(pk=7, stage=stage)
    assert one.get_step_url() == f"/imports/7/{step}"


def test_an_import_stays_the_one_of_its_file(alice):
    one = ImportFactory(by=alice)
    one.sha256 = "0" * 64
    with pytest.raises(ValidationError, match="the one of its file"):
        one.validate_constraints()
    with pytest.raises(IntegrityError), transaction.atomic():
        one.save()


def test_what_belongs_to_an_import_goes_with_it_and_external_ids_stay(django_assert_num_queries):
    one = ImportFactory()
    for factory in (RowFactory, CorrectionFactory, SkippedRowFactory, TraceFactory):
        factory.create(of=one)
    known = ExternalIdFactory(of=one)
    # A savepoint, four of its tables, the external ids, itself, and the savepoint's end.
    with django_assert_num_queries(8), transaction.atomic():
        one.delete()
    assert not Row.objects.exists()
    assert not Trace.objects.exists()
    assert ExternalId.objects.get() == known
    assert ExternalId.objects.get().of is None


def test_a_number_means_another_record_in_another_system():
    ExternalIdFactory(system="pipedrive", external_id="881")
    ExternalIdFactory(system="", external_id="881")
    with pytest.raises(IntegrityError), transaction.atomic():
        ExternalIdFactory(system="pipedrive", external_id="881")


def test_matchings_are_seen_by_their_owner_or_by_everyone(alice, bob, admin):
    own = SavedMatchingFactory(owner=alice)
    shared = SavedMatchingFactory(owner=alice, is_shared=True)
    seen = SavedMatching.objects.order_by("pk")
    assert list(seen.visible_to(alice)) == [own, shared]
    assert list(seen.visible_to(bob)) == [shared]
    assert list(seen.changeable_by(bob)) == []
    assert list(seen.changeable_by(admin)) == [shared]
