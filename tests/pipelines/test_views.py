"""Settings of pipelines: for managers and admins, by plain forms."""

from datetime import timedelta

import pytest
from django.utils import timezone

from deals.models import Deal
from history.models import Event
from jobs.models import Job
from jobs.services import run_now
from pipelines import services
from pipelines.models import Pipeline, Requirement, Stage
from pipelines.views import ending
from tests.factories import DealFactory, FieldFactory, PipelineFactory, StageFactory
from tests.house.reading import main_form
from tests.web import assert_part_of_page, htmx

PAGES = [
    "/settings/pipelines/",
    "/settings/pipelines/new/",
    "/settings/pipelines/{pipeline}/",
    "/settings/pipelines/{pipeline}/end/",
    "/settings/stages/{stage}/end/",
]
ACTS = [
    ("/settings/pipelines/new/", {"name": "X"}),
    ("/settings/pipelines/{pipeline}/", {"name": "X"}),
    ("/settings/pipelines/{pipeline}/copy/", {}),
    ("/settings/pipelines/{pipeline}/move/", {"direction": "down"}),
    ("/settings/pipelines/{pipeline}/default/", {}),
    ("/settings/pipelines/{pipeline}/end/", {}),
    ("/settings/pipelines/{pipeline}/restore/", {}),
    ("/settings/stages/{stage}/move/", {"direction": "down"}),
    ("/settings/stages/{stage}/end/", {}),
    ("/settings/stages/{stage}/restore/", {}),
]


def at(path, pipeline, stages):
    return path.format(pipeline=pipeline.pk, stage=stages[0].pk)


@pytest.mark.parametrize("who", ["manager", "admin"])
@pytest.mark.parametrize("path", PAGES)
def test_managers_and_admins_see_the_settings(who, path, pipeline, stages, signed_in, request):
    response = signed_in(request.getfixturevalue(who)).get(at(path, pipeline, stages))
    assert response.status_code == 200


@pytest.mark.parametrize("who", ["alice", "charlie", "reader"])
@pytest.mark.parametrize("path", PAGES)
def test_nobody_else_does(who, path, pipeline, stages, signed_in, request):
    response = signed_in(request.getfixturevalue(who)).get(at(path, pipeline, stages))
    assert response.status_code == 403


@pytest.mark.parametrize("who", ["alice", "charlie", "reader"])
@pytest.mark.parametrize(("path", "typed"), ACTS)
def test_nobody_else_changes_anything(who, path, typed, pipeline, stages, signed_in, request):
    PipelineFactory()

    def state():
        return list(Pipeline.objects.order_by("pk").values()), list(
            Stage.objects.order_by("pk").values()
        )

    before = state()
    client = signed_in(request.getfixturevalue(who))
    assert client.post(at(path, pipeline, stages), typed).status_code == 403
    assert state() == before


def of(client, pipeline):
    """What the form of the pipeline's page sends as it stands."""
    url = f"/settings/pipelines/{pipeline.pk}/"
    return main_form(client.get(url), url).fields


def save(client, pipeline, sent, **more):
    return client.post(f"/settings/pipelines/{pipeline.pk}/", sent, **more)


def figures(pipeline):
    found = pipeline.stages.active().in_order()
    return [(each.name, each.probability, each.rotting_days) for each in found]


def names(pipeline):
    return [name for name, *_figures in figures(pipeline)]


def test_a_pipeline_is_made_from_nothing(manager, signed_in):
    client = signed_in(manager)
    answer = client.post(
        "/settings/pipelines/new/", {"name": "Sales", "lost_needs_reason": "on"}, follow=True
    )
    assert "Now add its stages" in answer.text
    pipeline = Pipeline.objects.get()
    for name in ("First", "Second"):
        typed = {"new-name": name, "new-probability": 20, "new-rotting_days": 7}
        assert save(client, pipeline, of(client, pipeline) | typed).status_code == 302
    assert figures(pipeline) == [("First", 20, 7), ("Second", 20, 7)]
    assert pipeline.lost_needs_reason


def test_all_that_was_changed_on_the_page_is_saved_together(manager, pipeline, stages, signed_in):
    client = signed_in(manager)
    first, second, _third = (f"stage-{each.pk}" for each in stages)
    typed = {
        "name": "Big sales",
        f"{first}-name": "New",
        f"{second}-probability": "55",
        f"{second}-rotting_days": "9",
        "new-name": "Signature",
        "new-probability": "95",
    }
    sent = of(client, pipeline) | typed
    del sent["lost_needs_reason"]

    assert save(client, pipeline, sent).status_code == 302

    pipeline.refresh_from_db()
    assert (pipeline.name, pipeline.lost_needs_reason) == ("Big sales", False)
    assert figures(pipeline) == [
        ("New", 20, None),
        ("Offer", 55, 9),
        ("Negotiation", 60, None),
        ("Signature", 95, None),
    ]
    told = {(each.verb, each.title): each.changes for each in Event.objects.all()}
    assert told["stage.changed", "New"] == {"name": ["Qualified", "New"]}
    assert told["stage.changed", "Offer"] == {"probability": [40, 55], "rotting_days": [None, 9]}
    page = client.get(f"/settings/pipelines/{pipeline.pk}/").text
    for words in ("Stage changed: Offer", "Qualified", "55"):
        assert words in page


def test_what_nobody_changed_records_nothing(manager, pipeline, stages, signed_in):
    client = signed_in(manager)

    assert save(client, pipeline, of(client, pipeline)).status_code == 302

    assert not Event.objects.exists()
    assert figures(pipeline) == [
        ("Qualified", 20, None),
        ("Offer", 40, None),
        ("Negotiation", 60, None),
    ]


def test_two_who_edit_at_once_keep_what_either_changed(manager, admin, pipeline, stages, signed_in):
    one, two = signed_in(manager), signed_in(admin)
    first, second, _third = (f"stage-{each.pk}" for each in stages)
    seen, also_seen = of(one, pipeline), of(two, pipeline)

    assert save(one, pipeline, seen | {f"{first}-name": "New"}).status_code == 302
    assert save(two, pipeline, also_seen | {f"{second}-probability": "50"}).status_code == 302
    assert figures(pipeline)[:2] == [("New", 20, None), ("Offer", 50, None)]

    answer = save(two, pipeline, also_seen | {f"{first}-name": "Mine", "new-name": "More"})

    assert answer.status_code == 409
    assert "Changed meanwhile from “Qualified” to “New”" in answer.text
    assert 'value="Mine"' in answer.text
    assert 'value="More"' in answer.text
    assert figures(pipeline)[0] == ("New", 20, None)
    again = main_form(answer, f"/settings/pipelines/{pipeline.pk}/").fields
    assert save(two, pipeline, again).status_code == 302
    assert [name for name, *_figures in figures(pipeline)] == [
        "Mine",
        "Offer",
        "Negotiation",
        "More",
    ]


def test_a_stage_that_came_or_went_meanwhile_is_no_error(
    manager, admin, pipeline, stages, signed_in
):
    client = signed_in(manager)
    seen = of(client, pipeline)
    services.remove_stage(stages[2], by=admin)
    services.add_stage(Stage(pipeline=pipeline, name="Other", probability=5), by=admin)

    answer = save(client, pipeline, seen | {f"stage-{stages[0].pk}-name": "New"})

    assert answer.status_code == 302
    assert names(pipeline) == ["New", "Offer", "Other"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("name", ""),
        ("name", "A" * 81),
        ("name", "A\0"),
        ("probability", "101"),
        ("probability", "many"),
        ("probability", ""),
        ("rotting_days", "0"),
        ("rotting_days", "99999"),
        ("seen", "broken"),
        ("seen", ""),
    ],
)
def test_nonsense_is_said_at_the_field(manager, pipeline, stages, signed_in, name, value):
    client, before = signed_in(manager), figures(pipeline)
    wrong = {f"stage-{stages[1].pk}-{name}": value, f"stage-{stages[0].pk}-name": "Typed"}

    answer = save(client, pipeline, of(client, pipeline) | wrong)

    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert "“Offer”" in answer.text or name == "seen"
    assert 'value="Typed"' in answer.text
    assert figures(pipeline) == before


@pytest.mark.parametrize("typed", [{}, {"name": ""}, {"name": "\u202eX"}])
def test_a_pipeline_without_a_name_is_not_saved(manager, pipeline, stages, signed_in, typed):
    client = signed_in(manager)

    assert save(client, pipeline, typed).status_code == 422
    assert client.post("/settings/pipelines/new/", typed).status_code == 422
    assert [each.name for each in Pipeline.objects.all()] == ["Sales"]


def test_order_by_buttons(manager, pipeline, stages, signed_in):
    client = signed_in(manager)
    client.post(f"/settings/stages/{stages[2].pk}/move/", {"direction": "up"})
    assert [s.name for s in pipeline.stages.in_order()] == ["Qualified", "Negotiation", "Offer"]
    response = client.post(f"/settings/stages/{stages[2].pk}/move/", {"direction": "around"})
    assert response.status_code == 404


def test_order_by_a_drag(manager, pipeline, stages, signed_in):
    client, other = signed_in(manager), PipelineFactory(name="Other", position=9)
    drag = {"before": stages[0].pk}
    answer = client.post(f"/settings/stages/{stages[2].pk}/move/", drag, headers=htmx())
    assert (answer.status_code, answer.text) == (204, "")
    assert [s.name for s in pipeline.stages.in_order()] == ["Negotiation", "Qualified", "Offer"]
    client.post(f"/settings/pipelines/{other.pk}/move/", {"before": pipeline.pk})
    assert list(Pipeline.objects.in_order()) == [other, pipeline]
    client.post(f"/settings/pipelines/{other.pk}/move/", {"before": ""})
    assert list(Pipeline.objects.in_order()) == [pipeline, other]
    answer = client.post(f"/settings/stages/{stages[2].pk}/move/", {"before": "x"}, headers=htmx())
    assert answer.status_code == 404


def test_a_pipeline_is_copied_with_all_that_it_requires(manager, pipeline, stages, signed_in):
    budget = FieldFactory(name="Budget")
    services.archive_stage(stages[2], by=manager)
    for stage, moment in ((stages[1], "enter"), (stages[2], "enter"), (None, "won")):
        Requirement.objects.create(pipeline=pipeline, stage=stage, field=budget, moment=moment)

    answer = signed_in(manager).post(f"/settings/pipelines/{pipeline.pk}/copy/")

    copy = Pipeline.objects.latest("pk")
    assert answer.url == f"/settings/pipelines/{copy.pk}/"
    assert (copy.name, copy.is_default) == ("Sales (copy)", False)
    assert figures(copy) == figures(pipeline)
    required = copy.requirements.order_by("pk").values_list("stage__name", "moment")
    assert list(required) == [("Offer", "enter"), (None, "won")]
    assert pipeline.requirements.count() == 3


def test_what_is_required_is_drawn_alone(manager, pipeline, stages, signed_in):
    client, budget = signed_in(manager), FieldFactory(name="Budget")
    url = f"/settings/pipelines/{pipeline.pk}/"
    sent = {"field": budget.pk, "when": "won"}

    answer = client.post(f"{url}required/", sent, headers=htmx("required"))

    assert answer.text.lstrip().startswith('<section class="sheet" id="required"')
    assert "Budget" in answer.text
    again = client.post(f"{url}required/", sent, headers=htmx("required"))
    assert again.status_code == 422
    assert "required already" in again.text
    requirement = Requirement.objects.get()
    answer = client.post(f"/settings/requirements/{requirement.pk}/drop/", headers=htmx("required"))
    assert "no custom field" in answer.text
    assert_part_of_page(client, url, "required")
    page = client.get(url).text
    assert page.count("Required for winning") == 2  # among the latest changes


def test_an_unvisited_stage_is_removed(manager, pipeline, stages, signed_in):
    client = signed_in(manager)
    path = f"/settings/stages/{stages[1].pk}/end/"
    assert "No deal has ever been" in client.get(path).text
    client.post(path)
    assert not Stage.objects.filter(pk=stages[1].pk).exists()


def test_a_stage_with_deals_asks_where_they_go(manager, alice, pipeline, stages, signed_in):
    DealFactory(stage=stages[0], owner=alice)
    DealFactory(stage=stages[0], owner=alice, won=True)
    client = signed_in(manager)
    path = f"/settings/stages/{stages[0].pk}/end/"
    page = client.get(path).text
    for words in ("2 deals are in this stage", "1 open", "1 won or lost"):
        assert words in page
    assert client.post(path, {}).status_code == 422
    assert client.post(path, {"into": stages[0].pk}).status_code == 422
    assert not Stage.objects.get(pk=stages[0].pk).archived_at
    response = client.post(path, {"into": stages[2].pk}, follow=True)
    assert "“Qualified” is archived." in response.text
    assert set(Deal.objects.values_list("stage", flat=True)) == {stages[2].pk}
    assert Stage.objects.get(pk=stages[0].pk).archived_at


def test_a_pipeline_with_deals_asks_where_they_go(manager, alice, pipeline, stages, signed_in):
    due, asked = StageFactory.create_batch(2, pipeline=PipelineFactory(name="Renewals"))
    one, two = DealFactory(stage=due, owner=alice), DealFactory(stage=asked, owner=alice)
    client, path = signed_in(manager), f"/settings/pipelines/{due.pipeline_id}/end/"
    assert "Or stage by stage" in client.get(path).text

    for wrong in ({}, {"into": asked.pk}, {f"into_{due.pk}": stages[0].pk}, {"into": "x"}):
        answer = client.post(path, wrong)
        assert answer.status_code == 422
        assert 'aria-invalid="true"' in answer.text
    assert not Pipeline.objects.get(pk=due.pipeline_id).archived_at

    answer = client.post(
        path, {"into": stages[0].pk, f"into_{asked.pk}": stages[2].pk}, follow=True
    )

    assert "“Renewals” is archived." in answer.text
    one.refresh_from_db()
    two.refresh_from_db()
    assert (one.stage, two.stage) == (stages[0], stages[2])


def test_an_empty_pipeline_goes_without_a_question(manager, pipeline, signed_in):
    other = PipelineFactory(name="Renewals")
    path = f"/settings/pipelines/{other.pk}/end/"
    client = signed_in(manager)

    assert "without a trace" in client.get(path).text
    client.post(path)

    assert not Pipeline.objects.filter(pk=other.pk).exists()


@pytest.mark.parametrize("what", ["stage", "pipeline"])
def test_many_deals_go_by_a_job(manager, alice, pipeline, stages, signed_in, monkeypatch, what):
    monkeypatch.setattr(ending, "LARGEST_REQUEST", 1)
    due = StageFactory(pipeline=PipelineFactory(name="Renewals"), name="Due")
    StageFactory(pipeline=due.pipeline)
    DealFactory.create_batch(2, stage=due, owner=alice)
    place = due if what == "stage" else due.pipeline
    client = signed_in(manager)

    answer = client.post(f"/settings/{what}s/{place.pk}/end/", {"into": stages[0].pk})

    job = Job.objects.get()
    assert answer.url == f"/jobs/{job.pk}/"
    job = run_now(job)
    assert (job.status, job.result["text"]) == ("done", f"“{place}” is archived.")
    assert client.get(job.result["url"]).status_code == 200
    assert Deal.objects.filter(stage=stages[0]).count() == 2


def test_a_job_tells_what_was_refused(manager, alice, stages, signed_in, monkeypatch):
    monkeypatch.setattr(ending, "LARGEST_REQUEST", 0)
    DealFactory(stage=stages[0], owner=alice)
    client = signed_in(manager)
    client.post(f"/settings/stages/{stages[0].pk}/end/", {"into": stages[1].pk})
    services.remove_stage(stages[1], by=manager)

    job = run_now(Job.objects.get())

    assert job.status == "failed"
    assert "cannot enter this stage" in job.error


def test_refusals_are_pages_that_say_why(manager, pipeline, stages, signed_in):
    response = signed_in(manager).post(f"/settings/pipelines/{pipeline.pk}/end/")
    assert response.status_code == 422
    assert "is the default pipeline" in response.text


def test_the_chance_of_a_stage_weighs_its_deals_at_once(
    manager, alice, pipeline, stages, signed_in
):
    DealFactory(stage=stages[0], owner=alice, value=1000, currency="EUR")
    client = signed_in(manager)
    sent = of(client, pipeline) | {f"stage-{stages[0].pk}-probability": "35"}

    save(client, pipeline, sent)

    assert "€350" in client.get("/deals/").text


def test_the_days_of_a_stage_make_its_deals_rot_at_once(
    manager, alice, pipeline, stages, signed_in
):
    DealFactory(stage=stages[0], owner=alice, idle_since=timezone.now() - timedelta(days=5))
    client = signed_in(manager)
    assert 'data-age="rotten"' not in client.get("/deals/").text

    for days, age in (("5", 'data-age="rotten"'), ("6", 'data-age="stale"')):
        save(client, pipeline, of(client, pipeline) | {f"stage-{stages[0].pk}-rotting_days": days})
        assert age in client.get("/deals/").text
    save(client, pipeline, of(client, pipeline) | {f"stage-{stages[0].pk}-rotting_days": ""})
    assert "data-age" not in client.get("/deals/").text


@pytest.mark.parametrize("count", [1, 5])
def test_a_pipeline_costs_the_same_with_many_stages(
    manager, signed_in, count, django_assert_num_queries
):
    pipeline = PipelineFactory()
    for stage in StageFactory.create_batch(count, pipeline=pipeline):
        services.change_stage(stage, {"probability": 7}, by=manager)
    client = signed_in(manager)

    # Session, user, pipeline, stages, pipeline and stages with archived ones, what is required,
    # fields to require, stages to require them for, the latest changes.
    with django_assert_num_queries(10):
        client.get(f"/settings/pipelines/{pipeline.pk}/")


@pytest.mark.parametrize("count", [1, 5])
def test_the_end_of_a_pipeline_is_asked_for_at_the_same_cost_with_many_stages(
    manager, signed_in, count, django_assert_num_queries
):
    pipeline = PipelineFactory()
    StageFactory.create_batch(count, pipeline=pipeline)
    client = signed_in(manager)

    with django_assert_num_queries(6):  # session, user, pipeline, stages, deals, visits
        client.get(f"/settings/pipelines/{pipeline.pk}/end/")


@pytest.mark.parametrize("count", [1, 5])
def test_a_pipeline_is_copied_at_the_same_cost_with_many_stages(
    manager, count, django_assert_num_queries
):
    pipeline, budget = PipelineFactory(), FieldFactory(name="Budget")
    for stage in StageFactory.create_batch(count, pipeline=pipeline):
        services.require_field(budget, pipeline=pipeline, stage=stage, moment="enter", by=manager)

    with django_assert_num_queries(19):
        copy = services.copy_pipeline(pipeline, by=manager)

    assert copy.stages.count() == copy.requirements.count() == count


def test_lists_cost_the_same_for_many(manager, pipeline, signed_in, django_assert_num_queries):
    client = signed_in(manager)
    with django_assert_num_queries(4):  # session, user, pipelines, stages
        client.get("/settings/pipelines/")
    PipelineFactory.create_batch(4)
    with django_assert_num_queries(4):
        client.get("/settings/pipelines/")
