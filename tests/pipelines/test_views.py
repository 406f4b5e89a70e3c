"""Settings of pipelines: for managers and admins, by plain forms."""

import pytest

from deals.models import Deal
from pipelines.models import Pipeline, Stage
from tests.factories import DealFactory, PipelineFactory

PAGES = [
    "/settings/pipelines/",
    "/settings/pipelines/new/",
    "/settings/pipelines/{pipeline}/",
    "/settings/pipelines/{pipeline}/stages/new/",
    "/settings/stages/{stage}/",
    "/settings/stages/{stage}/end/",
]
ACTS = [
    ("/settings/pipelines/new/", {"name": "X"}),
    ("/settings/pipelines/{pipeline}/", {"name": "X"}),
    ("/settings/pipelines/{pipeline}/move/", {"direction": "down"}),
    ("/settings/pipelines/{pipeline}/default/", {}),
    ("/settings/pipelines/{pipeline}/archive/", {}),
    ("/settings/pipelines/{pipeline}/restore/", {}),
    ("/settings/pipelines/{pipeline}/stages/new/", {"name": "X", "probability": 10}),
    ("/settings/stages/{stage}/", {"name": "X", "probability": 10}),
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


def test_a_pipeline_is_made_from_nothing(manager, signed_in):
    client = signed_in(manager)
    response = client.post("/settings/pipelines/new/", {"name": "Sales"}, follow=True)
    assert "No stages yet" in response.text
    pipeline = Pipeline.objects.get()
    typed = {"name": "First", "probability": 20, "rotting_days": 7}
    response = client.post(f"/settings/pipelines/{pipeline.pk}/stages/new/", typed, follow=True)
    assert "First" in response.text
    assert "7 days" in response.text


@pytest.mark.parametrize(
    "typed",
    [
        {"name": "", "probability": 20},
        {"name": "A" * 81, "probability": 20},
        {"name": "A", "probability": 101},
        {"name": "A", "probability": "many"},
        {"name": "A", "probability": 20, "rotting_days": 0},
        {"name": "A\0", "probability": 20},
        {},
    ],
)
def test_nonsense_is_said_at_the_field(manager, pipeline, stages, signed_in, typed):
    response = signed_in(manager).post(f"/settings/stages/{stages[0].pk}/", typed)
    assert response.status_code == 422
    assert 'aria-invalid="true"' in response.text


def test_order_by_buttons(manager, pipeline, stages, signed_in):
    client = signed_in(manager)
    client.post(f"/settings/stages/{stages[2].pk}/move/", {"direction": "up"})
    assert [s.name for s in pipeline.stages.in_order()] == ["Qualified", "Negotiation", "Offer"]
    response = client.post(f"/settings/stages/{stages[2].pk}/move/", {"direction": "around"})
    assert response.status_code == 404


def test_an_unvisited_stage_is_removed(manager, pipeline, stages, signed_in):
    client = signed_in(manager)
    path = f"/settings/stages/{stages[1].pk}/end/"
    assert "No deal has ever been" in client.get(path).text
    client.post(path)
    assert not Stage.objects.filter(pk=stages[1].pk).exists()


def test_a_stage_with_deals_asks_where_they_go(manager, alice, pipeline, stages, signed_in):
    DealFactory(stage=stages[0], owner=alice)
    client = signed_in(manager)
    path = f"/settings/stages/{stages[0].pk}/end/"
    assert "1 deal is in this stage" in client.get(path).text
    assert client.post(path, {}).status_code == 422
    assert client.post(path, {"into": stages[0].pk}).status_code == 422
    assert not Stage.objects.get(pk=stages[0].pk).archived_at
    response = client.post(path, {"into": stages[2].pk}, follow=True)
    assert "“Qualified” is archived." in response.text
    assert Deal.objects.get().stage == stages[2]
    assert Stage.objects.get(pk=stages[0].pk).archived_at


def test_refusals_are_pages_that_say_why(manager, pipeline, signed_in):
    response = signed_in(manager).post(f"/settings/pipelines/{pipeline.pk}/archive/")
    assert response.status_code == 422
    assert "is the default pipeline" in response.text


def test_lists_cost_the_same_for_many(manager, pipeline, signed_in, django_assert_num_queries):
    client = signed_in(manager)
    with django_assert_num_queries(4):  # session, user, pipelines, stages
        client.get("/settings/pipelines/")
    PipelineFactory.create_batch(4)
    with django_assert_num_queries(4):
        client.get("/settings/pipelines/")
