"""Import, a file on its way to becoming records; its rows, and what the run did to which record."""

from hashlib import md5

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.fields.json import KT
from django.db.models.functions import MD5, Lower
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import User
from core.constraints import Unchanging
from core.models import Timestamped
from core.validators import validate_line
from files.models import File
from history.models import Operation
from jobs.models import Job


class Kind(models.TextChoices):
    """What a row makes first of all; others may come along with it."""

    LEAD = "lead", _("Leads")
    DEAL = "deal", _("Deals")
    PERSON = "person", _("People")
    ORGANIZATION = "organization", _("Organizations")
    PRODUCT = "product", _("Products")
    ACTIVITY = "activity", _("Activities")
    NOTE = "note", _("Notes")


class ImportQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Keep the imports that ``user`` made; an admin sees everybody's."""
        if not user.is_active or not user.role:
            return self.none()
        return self if user.is_admin else self.filter(by=user)

    def changeable_by(self, user):
        """The same, unless they only read."""
        return self.none() if user.role == User.Role.READER else self.visible_to(user)

    def without_samples(self):
        """Leave the first rows of the file where they are: few pages show them, and they are
        large.
        """
        return self.defer("samples")


class Import(models.Model):
    """One file on its way: read, matched, checked, run, and perhaps taken back."""

    class Stage(models.TextChoices):
        """How far it is; see ``step`` for the page where it goes on."""

        COLUMNS = "columns", _("Columns to match")
        CHECK = "check", _("To be checked")
        CHECKING = "checking", _("Being checked")
        CHECKED = "checked", _("Checked")
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        CANCELLED = "cancelled", pgettext_lazy("import", "Cancelled")
        FAILED = "failed", _("Failed")
        REVERTING = "reverting", _("Being taken back")
        REVERTED = "reverted", _("Taken back")

    # Those before a run: it has written nothing yet, and everything about it may be changed.
    OPEN = (Stage.COLUMNS, Stage.CHECK, Stage.CHECKING, Stage.CHECKED)
    OVER = (Stage.DONE, Stage.CANCELLED, Stage.FAILED, Stage.REVERTED)

    by = models.ForeignKey(
        User, models.PROTECT, editable=False, related_name="imports", verbose_name=_("by")
    )
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)
    # When somebody last changed anything of it before its run: to the day, which is enough.
    touched_at = models.DateTimeField(_("last touched"), default=timezone.now, editable=False)
    name = models.CharField(
        _("file name"), max_length=File.NAME_LENGTH, editable=False, validators=[validate_line]
    )
    kind = models.CharField(_("what a row is"), max_length=12, choices=Kind)
    stage = models.CharField(
        _("how far"), max_length=10, choices=Stage, default=Stage.COLUMNS, editable=False
    )
    # Under ``imports/`` in the storage of files; empty once it is gone, 30 days after the end.
    key = models.CharField(
        _("place in the storage"), max_length=100, blank=True, default="", editable=False
    )
    size = models.PositiveBigIntegerField(_("size"), editable=False)
    sha256 = models.CharField(_("SHA-256"), max_length=64, editable=False)
    # Whose numbers its external ids are: the same number means another record in another system.
    system = models.CharField(
        _("numbers of"), max_length=40, blank=True, default="", validators=[validate_line]
    )
    # How the file is read: format, encoding, delimiter, quote, sheet, whether it has headers.
    options = models.JSONField(_("how it is read"), default=dict, editable=False)
    headers = ArrayField(models.TextField(), default=list, editable=False)
    samples = models.JSONField(_("first rows"), default=list, editable=False)
    sheets = ArrayField(models.TextField(), default=list, editable=False)
    # What is odd about the file, in the words of whoever brought it.
    notices = models.JSONField(_("notices"), default=list, editable=False)
    row_count = models.PositiveIntegerField(_("rows"), null=True, editable=False)
    # For each column of the file, in order: {"field": "person.email" or null, "options": {…}}.
    columns = models.JSONField(_("columns"), default=list, editable=False)
    # For each kind of record: create, update, link or skip; and what an empty cell does.
    choices = models.JSONField(_("choices"), default=dict, editable=False)
    counts = models.JSONField(_("counts"), default=dict, editable=False)
    operation = models.OneToOneField(
        Operation,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="imported",
        verbose_name=_("operation"),
    )
    job = models.ForeignKey(
        Job, models.SET_NULL, null=True, editable=False, related_name="+", verbose_name=_("job")
    )
    # The number of the last row whose chunk is committed.
    done_to = models.PositiveIntegerField(_("done up to row"), default=0, editable=False)
    started_at = models.DateTimeField(_("started"), null=True, editable=False)
    finished_at = models.DateTimeField(_("finished"), null=True, editable=False)

    objects = ImportQuerySet.as_manager()

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        constraints = [
            Unchanging(
                fields=["by", "created_at", "name", "size", "sha256"],
                name="imports_import_stays_as_it_came",
                violation_error_message=_("An import stays the one of its file."),
            ),
            models.UniqueConstraint(
                fields=["key"],
                condition=~Q(key=""),
                name="imports_import_file_of_one",
                violation_error_message=_("A file in the storage belongs to one import."),
            ),
        ]
        # What somebody imported last.
        indexes = [models.Index(fields=["by", "-id"], name="imports_import_latest")]

    def __str__(self):
        return self.name

    def get_absolute_url(self) -> str:
        """Its report; before there is one, that address leads to the step it is at."""
        return reverse("imports:detail", args=[self.pk])

    def get_step_url(self) -> str:
        """The page where it goes on."""
        name = {self.Stage.COLUMNS: "columns", self.Stage.RUNNING: "run"}.get(self.stage)
        name = name or ("check" if self.is_open else "detail")
        return reverse(f"imports:{name}", args=[self.pk])

    @property
    def is_open(self):
        """Whether it has not been run, so that everything about it may still be changed."""
        return self.stage in self.OPEN

    @property
    def is_over(self):
        return self.stage in self.OVER

    @property
    def matched_count(self):
        """How many of its columns go anywhere."""
        return sum(1 for column in self.columns if column.get("field"))

    @property
    def is_forgotten(self):
        """Whether its file and rows are gone; what it did stays known."""
        return not self.key


class RowQuerySet(models.QuerySet):
    def speaking_of(self, kind, means):
        """Keep the rows that mean one of these records of ``kind``, by their numbers or words. They
        are found by a digest, as words may be longer than an index takes.
        """
        digests = [md5(str(each).encode(), usedforsecurity=False).hexdigest() for each in means]
        return self.alias(digest=MD5(KT(f"matched__{kind}"))).filter(digest__in=digests)


class Row(models.Model):
    """One row of the file, as the last check found it. Written by COPY, replaced by a new check.

    ``number`` counts the rows from 1, ``line`` is where it begins in the file. ``prepared`` is what
    it says of each record, all of it valid; ``matched`` is which records the check found for it.
    """

    class Verdict(models.TextChoices):
        READY = "ready", _("Ready")
        SKIPPED = "skipped", _("Skipped")
        REFUSED = "refused", _("Refused")

    pk = models.CompositePrimaryKey("of_id", "number")
    of = models.ForeignKey(Import, models.CASCADE, related_name="rows", db_index=False)
    number = models.PositiveIntegerField(_("number"))
    line = models.PositiveIntegerField(_("line of the file"))
    cells = ArrayField(models.TextField())
    verdict = models.CharField(max_length=8, choices=Verdict)
    # [{"column": 3 or null, "value": "…", "reason": "…"}]
    problems = models.JSONField(default=list)
    prepared = models.JSONField(default=dict)
    matched = models.JSONField(default=dict)

    objects = RowQuerySet.as_manager()

    class Meta:
        verbose_name = _("row")
        verbose_name_plural = _("rows")
        # The rows that will not become records are few, and what people look at.
        indexes = [
            models.Index(
                fields=["of", "verdict", "number"],
                condition=~Q(verdict="ready"),
                name="imports_row_not_ready",
            ),
            # Whoever corrects a row asks which others speak of the same contacts.
            models.Index("of", MD5(KT("matched__person")), name="imports_row_person"),
            models.Index("of", MD5(KT("matched__organization")), name="imports_row_organization"),
        ]

    def __str__(self):
        return f"{self.number}"


class Correction(models.Model):
    """What somebody typed in place of a cell. The file stays as it is, so it survives a check."""

    pk = models.CompositePrimaryKey("of_id", "number", "column")
    of = models.ForeignKey(Import, models.CASCADE, related_name="corrections", db_index=False)
    number = models.PositiveIntegerField(_("row"))
    column = models.PositiveIntegerField(_("column"))
    text = models.TextField(_("text"), blank=True)

    class Meta:
        verbose_name = _("correction")
        verbose_name_plural = _("corrections")

    def __str__(self):
        return self.text


class SkippedRow(models.Model):
    """A row that somebody wants left out. It survives a check, too."""

    pk = models.CompositePrimaryKey("of_id", "number")
    of = models.ForeignKey(Import, models.CASCADE, related_name="skipped", db_index=False)
    number = models.PositiveIntegerField(_("row"))

    class Meta:
        verbose_name = _("skipped row")
        verbose_name_plural = _("skipped rows")

    def __str__(self):
        return f"{self.number}"


class Trace(models.Model):
    """What a run did to one record for one row: it tells what there is to take back.

    ``before`` is what the columns that it updated held until then. Where the import was taken back,
    ``left`` says why the record was not.
    """

    class What(models.TextChoices):
        CREATED = "created", _("Created")
        UPDATED = "updated", _("Updated")
        LINKED = "linked", _("Linked")

    class Left(models.TextChoices):
        CHANGED = "changed", _("Changed since")
        CONVERTED = "converted", _("Converted or returned since")
        MERGED = "merged", _("Merged with another one since")
        NAMED = "named", _("Named by records that stay")
        KEPT = "kept", _("Only its owner may delete it")

    pk = models.CompositePrimaryKey("of_id", "kind", "record_id", "number")
    of = models.ForeignKey(Import, models.CASCADE, related_name="traces", db_index=False)
    kind = models.CharField(_("kind of record"), max_length=20)
    record_id = models.BigIntegerField(_("number of record"))
    number = models.PositiveIntegerField(_("row"))
    what = models.CharField(_("what"), max_length=8, choices=What)
    before = models.JSONField(_("before"), null=True)
    left = models.CharField(
        _("left because"), max_length=9, choices=Left, blank=True, default="", db_default=""
    )

    class Meta:
        verbose_name = _("trace")
        verbose_name_plural = _("traces")
        # What was left are few, and listed.
        indexes = [
            models.Index(
                fields=["of", "kind", "record_id"],
                condition=~Q(left=""),
                name="imports_trace_left",
            )
        ]

    def __str__(self):
        return f"{self.kind} {self.record_id}"


class ExternalId(models.Model):
    """What a record is called in the system it came from, so that later files find it again."""

    system = models.CharField(_("numbers of"), max_length=40, blank=True, default="")
    kind = models.CharField(_("kind of record"), max_length=20)
    external_id = models.CharField(_("number there"), max_length=100)
    record_id = models.BigIntegerField(_("number of record"))
    of = models.ForeignKey(Import, models.SET_NULL, null=True, related_name="external_ids")

    class Meta:
        verbose_name = _("external number")
        verbose_name_plural = _("external numbers")
        constraints = [
            models.UniqueConstraint(
                fields=["system", "kind", "external_id"],
                name="imports_externalid_one_record",
                violation_error_message=_("This number already stands for another record."),
            )
        ]
        indexes = [models.Index(fields=["kind", "record_id"], name="imports_externalid_record")]

    def __str__(self):
        return self.external_id


class SavedMatchingQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Keep those of ``user``, and those that are for everyone."""
        if not user.is_active or not user.role:
            return self.none()
        return self.filter(Q(owner=user) | Q(is_shared=True))

    def changeable_by(self, user):
        """Keep one's own; an admin changes every one that is shared."""
        return self.visible_to(user) if user.is_admin else self.visible_to(user).filter(owner=user)


class SavedMatching(Timestamped):
    """Which header goes into which field, under a name, for the next file of the same sort."""

    owner = models.ForeignKey(
        User, models.CASCADE, related_name="+", editable=False, verbose_name=_("owner")
    )
    kind = models.CharField(_("what a row is"), max_length=12, choices=Kind)
    name = models.CharField(_("name"), max_length=60, validators=[validate_line])
    is_shared = models.BooleanField(_("for everyone"), default=False)
    # [{"header": "E-mail", "field": "person.email", "options": {…}}]
    columns = models.JSONField(_("columns"), default=list, editable=False)

    objects = SavedMatchingQuerySet.as_manager()

    class Meta:
        verbose_name = _("saved matching")
        verbose_name_plural = _("saved matchings")
        constraints = [
            models.UniqueConstraint(
                "owner",
                "kind",
                Lower("name"),
                name="imports_savedmatching_name_once",
                violation_error_message=_("You already have a matching with this name."),
            ),
        ]

    def __str__(self):
        return self.name

    def is_changeable_by(self, user) -> bool:
        """The same of one that may be seen."""
        return user.is_admin or self.owner_id == user.pk
