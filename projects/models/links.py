"""From which deals a project follows, and which people and organizations it is for."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from projects.models.project import Project


class Link(models.Model):
    """That a project has to do with one other record, and since when."""

    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        abstract = True


class ProjectDeal(Link):
    """A deal from which a project follows."""

    project = models.ForeignKey(
        Project, models.CASCADE, related_name="deal_links", verbose_name=_("project")
    )
    deal = models.ForeignKey(
        "deals.Deal", models.CASCADE, related_name="project_links", verbose_name=_("deal")
    )

    class Meta:
        verbose_name = _("deal of a project")
        verbose_name_plural = _("deals of projects")
        constraints = [
            models.UniqueConstraint(
                fields=["project", "deal"],
                name="projects_projectdeal_once",
                violation_error_message=_("This deal belongs to the project already."),
            ),
        ]

    def __str__(self):
        return f"{self.project_id} of deal {self.deal_id}"


class ProjectPerson(Link):
    """A person whom a project concerns."""

    project = models.ForeignKey(
        Project, models.CASCADE, related_name="person_links", verbose_name=_("project")
    )
    person = models.ForeignKey(
        "contacts.Person", models.PROTECT, related_name="project_links", verbose_name=_("person")
    )

    class Meta:
        verbose_name = _("person of a project")
        verbose_name_plural = _("people of projects")
        constraints = [
            models.UniqueConstraint(
                fields=["project", "person"],
                name="projects_projectperson_once",
                violation_error_message=_("This person belongs to the project already."),
            ),
        ]

    def __str__(self):
        return f"{self.project_id} of person {self.person_id}"


class ProjectOrganization(Link):
    """An organization for which a project is."""

    project = models.ForeignKey(
        Project, models.CASCADE, related_name="organization_links", verbose_name=_("project")
    )
    organization = models.ForeignKey(
        "contacts.Organization",
        models.PROTECT,
        related_name="project_links",
        verbose_name=_("organization"),
    )

    class Meta:
        verbose_name = _("organization of a project")
        verbose_name_plural = _("organizations of projects")
        constraints = [
            models.UniqueConstraint(
                fields=["project", "organization"],
                name="projects_projectorganization_once",
                violation_error_message=_("This organization belongs to the project already."),
            ),
        ]

    def __str__(self):
        return f"{self.project_id} of organization {self.organization_id}"
