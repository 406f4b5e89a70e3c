"""Labels, channels, lost reasons, activity types: kept alike by managers and admins."""

import pytest
from django.utils import timezone

from activities.models import ActivityType
from core.errors import Missing
from deals.models import LostReason
from labels import services
from labels.models import Channel, Label
from tests.factories import (
    ActivityFactory,
    ActivityTypeFactory,
    ChannelFactory,
    DealFactory,
    LabelFactory,
    LeadFactory,
    LostReasonFactory,
    PersonFactory,
)
from tests.web import htmx

LISTS = {
    "labels": (Label, LabelFactory, {"name": "Hot", "hue": "red"}),
    "channels": (Channel, ChannelFactory, {"name": "Hot"}),
    "lost-reasons": (LostReason, LostReasonFactory, {"name": "Hot"}),
    "activity-types": (ActivityType, ActivityTypeFactory, {"name": "Hot", "icon": "phone"}),
}
ARCHIVED_FROM = sorted(set(LISTS) - {"labels"})


def use(kind, word, owner):
    match kind:
        case "labels":
            LeadFactory(owner=owner, labels=[word])
        case "channels":
            LeadFactory(owner=owner, channel=word)
        case "lost-reasons":
            DealFactory(owner=owner, lost=True, lost_reason=word)
        case "activity-types":
            ActivityFactory(type=word, person=PersonFactory(owner=owner), assignee=owner)


@pytest.mark.parametrize("kind", LISTS)
@pytest.mark.parametrize("who", ["manager", "admin"])
def test_a_word_is_added_changed_and_removed(kind, who, signed_in, request):
    model, _factory, typed = LISTS[kind]
    client = signed_in(request.getfixturevalue(who))
    assert "Nothing here yet" in client.get(f"/settings/{kind}/").text
    assert client.get(f"/settings/{kind}/new/").status_code == 200
    assert client.post(f"/settings/{kind}/new/", typed).status_code == 302
    word = model.objects.get()
    assert client.get(f"/settings/{kind}/{word.pk}/").status_code == 200
    client.post(f"/settings/{kind}/{word.pk}/", typed | {"name": "Warm"})
    assert "Warm" in client.get(f"/settings/{kind}/").text
    client.post(f"/settings/{kind}/{word.pk}/remove/")
    assert not model.objects.exists()


@pytest.mark.parametrize("kind", LISTS)
@pytest.mark.parametrize("who", ["alice", "charlie", "reader"])
def test_nobody_else_does(kind, who, signed_in, request):
    model, factory, typed = LISTS[kind]
    client, word = signed_in(request.getfixturevalue(who)), factory()
    before = list(model.objects.values())
    for path in ("", "new/", f"{word.pk}/"):
        assert client.get(f"/settings/{kind}/{path}").status_code == 403
    for path in ("new/", f"{word.pk}/", *(f"{word.pk}/{a}/" for a in ("remove", "archive"))):
        assert client.post(f"/settings/{kind}/{path}", typed).status_code == 403
    assert list(model.objects.values()) == before


@pytest.mark.parametrize("kind", LISTS)
def test_a_word_stands_on_its_list_once(kind, manager, signed_in):
    _model, factory, typed = LISTS[kind]
    factory(name="hot")
    response = signed_in(manager).post(f"/settings/{kind}/new/", typed)
    assert response.status_code == 422
    assert "There is already" in response.text


@pytest.mark.parametrize("kind", LISTS)
@pytest.mark.parametrize("name", ["", "a" * 200, "a\0", "\u202eb"])
def test_a_bad_name_is_said_at_the_field(kind, name, manager, signed_in):
    model, _factory, typed = LISTS[kind]
    response = signed_in(manager).post(f"/settings/{kind}/new/", typed | {"name": name})
    assert response.status_code == 422
    assert not model.objects.exists()


@pytest.mark.parametrize("kind", LISTS)
def test_a_word_in_use_stays_and_says_how_often(kind, manager, alice, signed_in):
    model, factory, _typed = LISTS[kind]
    word = factory()
    use(kind, word, alice)
    response = signed_in(manager).post(f"/settings/{kind}/{word.pk}/remove/")
    assert response.status_code == 422
    assert "1 record has it" in response.text
    assert model.objects.filter(pk=word.pk).exists()


def test_deleted_records_keep_their_words(manager, alice):
    label = LabelFactory()
    lead = LeadFactory(owner=alice, labels=[label])
    type(lead).objects.filter(pk=lead.pk).update(deleted_at=lead.created_at)
    with pytest.raises(services.WordInUse):
        services.remove_word(label, by=manager)


@pytest.mark.parametrize("kind", ARCHIVED_FROM)
def test_a_word_is_archived_and_restored(kind, manager, alice, signed_in):
    model, factory, _typed = LISTS[kind]
    word = factory()
    use(kind, word, alice)
    client = signed_in(manager)
    client.post(f"/settings/{kind}/{word.pk}/archive/")
    assert model.objects.get().archived_at
    assert f"Restore {word.name}" in client.get(f"/settings/{kind}/").text
    client.post(f"/settings/{kind}/{word.pk}/restore/")
    assert not model.objects.get().archived_at


def test_labels_are_not_archived(manager, signed_in):
    label = LabelFactory()
    client = signed_in(manager)
    assert client.post(f"/settings/labels/{label.pk}/archive/").status_code == 404
    assert client.post(f"/settings/labels/{label.pk}/restore/").status_code == 404


def test_a_hue_is_one_of_ours(manager, signed_in):
    client = signed_in(manager)
    page = client.get("/settings/labels/new/").text
    assert page.count('class="swatch"') == len(Label.Hue.choices)
    typed = {"name": "Hot", "hue": "#ff0000"}
    assert client.post("/settings/labels/new/", typed).status_code == 422


def test_a_broken_list_or_number_is_not_there(manager, signed_in):
    client = signed_in(manager)
    assert client.get("/settings/colours/").status_code == 404
    assert client.get("/settings/labels/99999999999999999999/").status_code == 404
    assert client.post("/settings/labels/0/remove/").status_code == 404


def test_what_was_removed_a_moment_ago_is_missing(admin):
    word = LabelFactory()
    Label.objects.all().delete()
    with pytest.raises(Missing):
        services.remove_word(word, by=admin)


def names(*, kind="lost-reasons"):
    return [word.name for word in LISTS[kind][0].objects.active().in_order()]


def test_lost_reasons_are_put_in_order(manager, signed_in):
    client = signed_in(manager)
    for name in "ABC":
        client.post("/settings/lost-reasons/new/", {"name": name})
    a, b, c = LostReason.objects.in_order()
    LostReasonFactory(name="Z", position=1, archived_at=timezone.now())

    def move(word, **sent):
        return client.post(f"/settings/lost-reasons/{word.pk}/move/", sent)

    assert move(c, direction="up").status_code == 302
    assert names() == ["A", "C", "B"]
    move(a, direction="up")  # it is the first one
    move(b, direction="down")
    assert names() == ["A", "C", "B"]
    move(b, before=a.pk)
    assert names() == ["B", "A", "C"]
    move(b, before="")
    assert names() == ["A", "C", "B"]
    move(b, before=99999)  # it is gone: the order stays
    assert names() == ["A", "C", "B"]
    for nonsense in ({}, {"direction": "around"}, {"before": "x"}, {"before": "9" * 30}):
        assert move(a, **nonsense).status_code == 404
    assert "with a comment" not in client.get("/settings/lost-reasons/").text


def test_a_drag_is_answered_with_nothing_to_show(manager, signed_in):
    a, b = LostReasonFactory(position=0), LostReasonFactory(position=1)

    answer = signed_in(manager).post(
        f"/settings/lost-reasons/{b.pk}/move/", {"before": a.pk}, headers=htmx()
    )

    assert (answer.status_code, answer.text) == (204, "")
    assert list(LostReason.objects.in_order()) == [b, a]


@pytest.mark.parametrize("kind", ["labels", "channels"])
def test_other_lists_stand_by_name(kind, manager, signed_in):
    word = LISTS[kind][1]()
    client = signed_in(manager)

    assert client.post(f"/settings/{kind}/{word.pk}/move/", {"before": ""}).status_code == 404
    assert "crm-sortable" not in client.get(f"/settings/{kind}/").text


def test_a_reason_says_that_it_needs_a_comment(manager, signed_in):
    client = signed_in(manager)

    client.post("/settings/lost-reasons/new/", {"name": "Other", "needs_comment": "on"})

    assert LostReason.objects.get().needs_comment
    assert "with a comment" in client.get("/settings/lost-reasons/").text
