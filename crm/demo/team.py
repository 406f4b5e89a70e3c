"""Who sells in the demo, and the lists they work with."""

from dataclasses import dataclass

from accounts.models import Team, User
from activities.models import ActivityType
from crm.demo.diary import Diary
from crm.demo.fields import Sayings
from crm.first_steps import first_steps
from deals.models import LostReason
from labels.models import Channel, Label
from pipelines.models import Pipeline, Stage

PASSWORD = "carnet-demo"  # noqa: S105 (known to everybody; production refuses it)
FOUNDED = 210  # days ago

# Role, name, language, team, time zone.
PEOPLE = {
    "admin": (User.Role.ADMIN, "Ada Moreau", "en", None, "Europe/Paris"),
    "manager": (User.Role.MANAGER, "Mona Laurent", "fr", "North", "Europe/Paris"),
    "alice": (User.Role.REP, "Alice Martin", "en", "North", "Europe/London"),
    "bob": (User.Role.REP, "Bob Petit", "fr", "North", "Europe/Paris"),
    "charlie": (User.Role.REP, "Charlie Roux", "en", "South", "Europe/Zurich"),
    "reader": (User.Role.READER, "Rita Blanc", "fr", "North", "Europe/Paris"),
}
MORE_LABELS = {
    "Inbound": Label.Hue.TEAL,
    "Partner": Label.Hue.VIOLET,
    "VIP": Label.Hue.PINK,
    "Trade show": Label.Hue.OLIVE,
}
RENEWAL_STAGES = (
    ("Due", 50, None),
    ("Offer sent", 70, 10),
    ("Confirmed", 95, None),
)


@dataclass(frozen=True)
class Cast:
    """The users by their first names, and the rows of each list by theirs."""

    users: dict[str, User]
    sales: Pipeline
    renewals: Pipeline
    labels: dict[str, Label]
    channels: list[Channel]
    reasons: dict[str, LostReason]
    types: dict[str, ActivityType]
    sayings: Sayings

    def labelled(self, names: str) -> list[Label]:
        """The labels that ``names`` lists with commas between them."""
        return [self.labels[name] for name in names.split(",") if name]


def gather_team(diary: Diary) -> Cast:
    """Make teams, users and lists at once; everything that happens needs them."""
    first_steps("en")
    teams = {name: Team.objects.create(name=name) for name in ("North", "South")}
    users = {}
    for key, (role, name, language, team, time_zone) in PEOPLE.items():
        users[key] = User.objects.create_user(
            f"{key}@carnet.example",
            PASSWORD,
            role=role,
            name=name,
            language=language,
            team=teams.get(team),
            time_zone=time_zone,
        )
    User.objects.update(date_joined=diary.moment(FOUNDED))
    Label.objects.bulk_create(Label(name=name, hue=hue) for name, hue in MORE_LABELS.items())
    return Cast(
        users=users,
        sales=Pipeline.objects.get(is_default=True),
        renewals=renewals(),
        labels=by_name(Label),
        channels=list(Channel.objects.order_by("pk")),
        reasons=by_name(LostReason),
        types=by_name(ActivityType),
        sayings=Sayings(),
    )


def renewals():
    pipeline = Pipeline.objects.create(name="Renewals", position=1)
    Stage.objects.bulk_create(
        Stage(
            pipeline=pipeline,
            position=position,
            name=name,
            probability=probability,
            rotting_days=days,
        )
        for position, (name, probability, days) in enumerate(RENEWAL_STAGES)
    )
    return pipeline


def by_name(model):
    return {row.name: row for row in model.objects.all()}
