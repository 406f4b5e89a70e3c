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
    "DealFactory",
    "DealFileFactory",
    "EmailAddressFactory",
    "FieldFactory",
    "FileFactory",
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
    "StageFactory",
    "TeamFactory",
    "UserFactory",
]
