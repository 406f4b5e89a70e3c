"""One factory per model, free of surprises: each makes one plausible record and nothing else."""

from tests.factories.accounts import TeamFactory, UserFactory
from tests.factories.activities import ActivityFactory, ActivityTypeFactory, NoteFactory
from tests.factories.contacts import (
    EmailAddressFactory,
    OrganizationFactory,
    PersonFactory,
    PhoneNumberFactory,
)
from tests.factories.custom_fields import FieldFactory
from tests.factories.deals import (
    DealFactory,
    LineItemFactory,
    LostReasonFactory,
    ParticipantFactory,
)
from tests.factories.files import DealFileFactory, FileFactory, ProjectFileFactory
from tests.factories.imports import (
    CorrectionFactory,
    ExternalIdFactory,
    ImportFactory,
    RowFactory,
    SavedMatchingFactory,
    SkippedRowFactory,
    TraceFactory,
)
from tests.factories.labels import ChannelFactory, LabelFactory
from tests.factories.leads import LeadFactory
from tests.factories.pipelines import PipelineFactory, StageFactory
from tests.factories.products import CategoryFactory, PriceFactory, ProductFactory
from tests.factories.projects import PhaseFactory, ProjectFactory

__all__ = [
    "ActivityFactory",
    "ActivityTypeFactory",
    "CategoryFactory",
    "ChannelFactory",
    "CorrectionFactory",
    "DealFactory",
    "DealFileFactory",
    "EmailAddressFactory",
    "ExternalIdFactory",
    "FieldFactory",
    "FileFactory",
    "ImportFactory",
    "LabelFactory",
    "LeadFactory",
    "LineItemFactory",
    "LostReasonFactory",
    "NoteFactory",
    "OrganizationFactory",
    "ParticipantFactory",
    "PersonFactory",
    "PhaseFactory",
    "PhoneNumberFactory",
    "PipelineFactory",
    "PriceFactory",
    "ProductFactory",
    "ProjectFactory",
    "ProjectFileFactory",
    "RowFactory",
    "SavedMatchingFactory",
    "SkippedRowFactory",
    "StageFactory",
    "TeamFactory",
    "TraceFactory",
    "UserFactory",
]
