"""The text of a cell becomes a value, or a reason in words."""

import pytest
from django.utils import timezone

from custom_fields.models import Field
from imports.known import Known
from imports.targets import target
from imports.values import NotUnderstood, RowUnwanted, read, reader
from tests.factories import (
    ChannelFactory,
    FieldFactory,
    LabelFactory,
    LostReasonFactory,
    OrganizationFactory,
    PipelineFactory,
    ProductFactory,
    StageFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def said(alice):
    """``said("lead.value", "12 €")``: what it is for Alice, or for another user."""

    def value_of(name, text, by=None, kind="lead", **options):
        by = by or alice
        field = next(each for each in target(kind).fields(by) if each.name == name)
        known = Known(by)
        known.meet([(field, [text])])
        return read(field, text, options, known)

    return value_of


def refused(said, *args, **options):
    with pytest.raises(NotUnderstood) as why:
        said(*args, **options)
    return why.value.reason


def custom(of=Field.Of.OPPORTUNITY, **fields):
    field = FieldFactory(of=of, **fields)
    return field, f"lead.{field.key}"


# --- Text --------------------------------------------------------------------------------------


def test_an_empty_cell_says_nothing(said):
    assert said("lead.title", " \t ") is None
    assert said("lead.value", "") is None


def test_a_line_that_was_broken_is_put_together(said):
    assert said("lead.title", " Desks\r\n and  chairs ") == "Desks and  chairs"
    assert said("note.text", "Desks\r\nChairs") == "Desks\nChairs"


@pytest.mark.parametrize("text", ["a\0b", "a\u202eb", "half \ud83d of a pair"])
def test_what_cannot_be_seen_is_refused(said, text):
    assert "cannot be seen" in refused(said, "lead.title", text)


def test_what_is_too_long_is_refused_with_its_length(said):
    assert "these are 201" in refused(said, "lead.title", "x" * 201)


def test_any_script_is_kept_as_it_is(said):
    for text in ("محمد علي", "株式会社", "🦊 Zoë 👩‍👩‍👧"):
        assert said("lead.title", text) == text


@pytest.mark.parametrize(
    "text",
    [
        "amy@client.example",
        ' "Amy Wong" <amy@client.example>',
        "<amy@client.example>",
        "mailto:amy@client.example",
        '"Wong, Amy" <amy@client.example>',
    ],
)
def test_an_address_is_found_beside_a_name(said, text):
    assert said("person.email", text) == [{"address": "amy@client.example", "kind": "work"}]


def test_one_cell_holds_several_addresses(said):
    found = said("person.email", "a@x.example; b@x.example,a@x.example", reach="home")
    assert found == [
        {"address": "a@x.example", "kind": "home"},
        {"address": "b@x.example", "kind": "home"},
    ]
    assert len(said("person.email", "a@x.example / b@x.example", separator="/")) == 2


@pytest.mark.parametrize("text", ["amy", "amy@", "amy@client.example and bob", '"Amy'])
def test_what_is_no_address_is_refused(said, text):
    assert "no e-mail address" in refused(said, "person.email", text)


def test_numbers_are_kept_as_they_are_written(said):
    assert said("person.phone", "tel:+33 1 23 45 67 89") == [
        {"number": "+33 1 23 45 67 89", "kind": "work"}
    ]
    assert len(said("person.phone", "01 23 45 67 89; 06 00 00 00 00")) == 2
    assert len(said("person.phone", "570-809-7197,+1 (570) 809-7198")) == 2
    assert len(said("person.phone", "01 23 45 67 89, ext. 1234")) == 1
    assert "no phone number" in refused(said, "person.phone", "soon")


LONG = 100_000  # characters: what takes the square of that would not come back for minutes


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("lead.title", "a" + " " * LONG + "b"),
        ("lead.owner", "é" * LONG),
        ("lead.value", "+" + "x" * LONG + "1"),
        ("lead.expected_close_on", "1," + " " * LONG + "x"),
        ("lead.created_at", "1 at " * (LONG // 5)),
        ("note.text", "<b>" + "<a " * (LONG // 3)),
    ],
)
def test_a_text_that_is_far_too_long_is_refused(said, name, text):
    assert "At most" in refused(said, name, text, html=True)


@pytest.mark.parametrize(
    ("page", "text"),
    [
        ("<p>Call <b>Amy</b>&nbsp;soon</p><p>Really</p>", "Call **Amy** soon\n\nReally"),
        ("<ul><li>One</li><li>Two</li></ul>", "- One\n- Two"),
        ('See <a href="https://x.example">here</a><br>now', "See [here](https://x.example)\nnow"),
        ("<script>alert(1)</script><div>Yes", "Yes"),
        ("1 < 2 & 3 > 2\nfine", "1 < 2 & 3 > 2\nfine"),
        ("<p></p>", ""),
        ("<p>1 < 2 and <b", "1 < 2 and <b"),
        ("<![if !supportLists]>A<![endif]><br><![ ]>B", "A\nB"),
    ],
)
def test_a_note_that_was_a_page_becomes_text(said, page, text):
    assert said("note.text", page, html=True) == text
    assert said("note.text", page) == page


# --- Money and numbers -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "options", "amount", "currency"),
    [
        ("12500.50", {}, "12500.5", ""),
        ("12 500,50 €", {}, "12500.5", "EUR"),
        ("$12,500.50", {"decimal": "."}, "12500.5", "USD"),
        ("1.234,5", {"decimal": ","}, "1234.5", ""),
        ("1,234", {"decimal": ","}, "1.234", ""),
        ("1,234", {"decimal": "."}, "1234", ""),
        ("EUR 1 234", {}, "1234", "EUR"),
        ("1\u202f234,50\u00a0CHF", {}, "1234.5", "CHF"),
        ("0.30000000000000004", {}, "0.3", ""),
        ("1e3", {}, "1000", ""),
        ("12", {"currency": "GBP"}, "12", "GBP"),
        ("12 $", {"currency": "GBP"}, "12", "USD"),
        ("0", {}, "0", ""),
    ],
)
def test_an_amount_is_read_in_either_notation(said, text, options, amount, currency):
    assert said("lead.value", text, **options) == {"amount": amount, "currency": currency}


@pytest.mark.parametrize(
    ("text", "options"),
    [
        ("twelve", {}),
        ("12 bananas", {}),
        ("-12", {}),
        ("(12)", {}),
        ("1.23456", {}),
        ("1e400", {}),
        ("1e99", {}),
        ("9999999999999", {}),
        ("9" * 30, {}),
        ("9" * 5_000, {}),
        ("1,2,3", {"decimal": "."}),
        ("12.5", {"decimal": ","}),
        ("NaN", {}),
        ("١٢", {}),
        ("12-13", {}),
    ],
)
def test_what_is_no_amount_is_refused(said, text, options):
    assert refused(said, "lead.value", text, **options)


def test_a_word_is_no_amount_and_no_currency_either(said):
    assert refused(said, "lead.value", "much") == "This is no amount, like 12500 or 12500.50 EUR."
    assert "no currency" in refused(said, "lead.value", "12 bananas")


def test_a_currency_is_told_by_its_code_or_its_sign(said):
    assert [said("lead.currency", text) for text in ("eur", "€", "$")] == ["EUR", "EUR", "USD"]
    assert "no currency" in refused(said, "lead.currency", "shells")


# --- Days and moments --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "order"),
    [
        ("2026-02-01", "mdy"),
        ("2026-02-01T00:00:00Z", "dmy"),
        ("2026-02-01 14:30:00", "dmy"),
        ("01/02/2026", "dmy"),
        ("01/02/2026 14:30", "dmy"),
        ("02/01/2026", "mdy"),
        ("1.2.26", "dmy"),
        ("26/02/01", "ymd"),
        ("1er février 2026", "dmy"),
        ("1 févr. 2026", "mdy"),
        ("Feb 1, 2026", "dmy"),
        ("Sunday, February 1st, 2026", "dmy"),
        ("01-Feb-26", "mdy"),
        ("20260201", "dmy"),
    ],
)
def test_a_day_is_read_in_the_order_of_its_column(said, text, order):
    assert said("lead.expected_close_on", text, dates=order) == "2026-02-01"


@pytest.mark.parametrize("text", ["31/02/2026", "13/13/2026", "soon", "0000-01-01", "46000", "1/2"])
def test_what_is_no_day_is_refused(said, text):
    assert "no day" in refused(said, "lead.expected_close_on", text)


def test_days_are_in_the_order_of_where_one_lives(said):
    american = UserFactory(language="en", time_zone="America/New_York")
    assert said("lead.expected_close_on", "02/01/2026", by=american) == "2026-02-01"
    assert said("lead.expected_close_on", "01/02/2026") == "2026-02-01"


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-07-01 14:30:00", "2026-07-01T12:30:00+00:00"),
        ("2026-07-01T14:30:00Z", "2026-07-01T14:30:00+00:00"),
        ("2026-07-01T14:30:00.123+05:30", "2026-07-01T09:00:00+00:00"),
        ("01/07/2026", "2026-07-01T10:00:00+00:00"),
        ("1 juillet 2026 à 2:30 PM", "2026-07-01T12:30:00+00:00"),
        ("01/07/2026 14h30", "2026-07-01T12:30:00+00:00"),
    ],
)
def test_a_moment_is_one_of_the_time_zone_of_whoever_imports(said, text, moment):
    assert said("lead.created_at", text) == moment


@pytest.mark.parametrize("text", ["2026-07-01 25:00", "9999-12-31T23:00:00-12:00", "noon"])
def test_what_is_no_moment_is_refused(said, text):
    assert refused(said, "lead.created_at", text)


# --- Words -------------------------------------------------------------------------------------


def test_an_owner_is_a_colleague_by_name_or_address(said, bob):
    for text in ("bob petit", "BOB@carnet.example", "Bob <bob@carnet.example>"):
        assert said("lead.owner", text) == bob.pk


def test_an_owner_nobody_knows_is_refused_and_not_replaced(said, reader, bob):
    assert "Nobody here" in refused(said, "lead.owner", "Zoé")
    assert "cannot own" in refused(said, "lead.owner", reader.name)
    UserFactory(name=bob.name)
    assert "Several" in refused(said, "lead.owner", bob.name)


def test_labels_are_known_by_name_and_parted(said):
    hot, big = LabelFactory(name="Hot"), LabelFactory(name="Big, old")
    assert said("lead.labels", "HOT") == [hot.pk]
    assert said("lead.labels", "Big, old") == [big.pk]
    assert said("lead.labels", "hot|Big, old", separator="|") == [hot.pk, big.pk]


def test_a_new_label_goes_by_its_name_for_those_who_may_add_it(said, manager):
    hot = LabelFactory(name="Hot")
    assert said("lead.labels", "hot, New", by=manager) == [hot.pk, "New"]
    assert "your role" in refused(said, "lead.labels", "hot, New")


def test_a_channel_out_of_use_is_not_chosen(said, manager):
    fair = ChannelFactory(name="Fair")
    ChannelFactory(name="Fax", archived_at=timezone.now())
    assert said("lead.channel", "fair") == fair.pk
    assert said("lead.channel", "Radio", by=manager) == "Radio"
    assert "out of use" in refused(said, "lead.channel", "fax", by=manager)


def test_what_was_chosen_for_a_text_stands_for_it(said, bob, reader):
    hot = LabelFactory(name="Hot")
    values = {"Boss": bob.pk, "Nobody": None, "Ex": reader.pk, "Rival": "skip", "chaud": hot.pk}
    assert said("lead.owner", "Boss ", values=values) == bob.pk
    assert said("lead.owner", "Nobody", values=values) is None
    assert said("lead.labels", "chaud;Hot", values=values) == [hot.pk]
    assert "no longer" in refused(said, "lead.owner", "Ex", values=values)
    with pytest.raises(RowUnwanted):
        said("lead.owner", "Rival", values=values)


def test_one_choice_does_for_all_texts_that_nothing_else_stands_for(said, alice, bob):
    assert said("lead.owner", "Zoë of old", others=alice.pk) == alice.pk
    assert said("lead.owner", "Zoë of old", others=None) is None
    assert said("lead.owner", bob.email, others=alice.pk) == bob.pk
    values = {"Zoë of old": bob.pk}
    assert said("lead.owner", "Zoë of old", others=alice.pk, values=values) == bob.pk
    with pytest.raises(RowUnwanted):
        said("lead.owner", "Zoë of old", others="skip")
    assert "no longer there" in refused(said, "lead.owner", "Zoë of old", others=987_654_321)


def test_in_a_cell_of_several_it_does_for_each_that_is_unknown(said):
    hot, other = LabelFactory(name="Hot"), LabelFactory(name="Other")
    assert said("lead.labels", "Hot, New", others=other.pk) == [hot.pk, other.pk]
    assert said("lead.labels", "Hot, New", others=None) == [hot.pk]


def test_a_text_may_be_put_right_for_every_row(said):
    assert said("organization.name", "GTXPro", values={"GTXPro": "GTX Pro"}) == "GTX Pro"


def test_rows_may_say_whether_they_are_wanted(said):
    assert said("row.wanted", "oui") is True
    assert said("row.wanted", "Engaging", values={"Engaging": True}) is True
    for text in ("no", "Prospecting"):
        with pytest.raises(RowUnwanted):
            said("row.wanted", text, values={"Prospecting": "skip"})


def test_visibility_is_told_in_our_words_and_in_those_of_others(said):
    for text in ("everyone", "Tout le monde", "Entire company"):
        assert said("lead.visibility", text) == "everyone"
    assert refused(said, "lead.visibility", "the moon")


def test_words_are_asked_for_once(alice, django_assert_num_queries):
    LabelFactory(name="Hot")
    field = next(each for each in target("lead").fields(alice) if each.name == "lead.labels")
    known = Known(alice)
    read_label = reader(field, {}, known)
    with django_assert_num_queries(0):
        for text in ("hot", "Hot", " HOT "):
            assert read_label(text)


# --- Deals, their lines, activities -----------------------------------------------------------


def test_a_stage_is_known_by_its_name_first_of_all_in_the_default_pipeline(said, stages):
    other = StageFactory(pipeline=PipelineFactory(name="Partners"), name="Offer")
    alone = StageFactory(pipeline=other.pipeline, name="Signed")
    StageFactory(name="Old", archived_at=timezone.now())
    assert said("deal.stage", "offer", kind="deal") == stages[1].pk
    assert said("deal.stage", "Offer (Partners)", kind="deal") == other.pk
    assert said("deal.stage", "Signed", kind="deal") == alone.pk
    for text in ("Old", "Nothing"):
        assert "no stage" in refused(said, "deal.stage", text, kind="deal")


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("deal.status", "WON", "won"),
        ("deal.status", "Gagnée", "won"),
        ("deal.status", "perdu", "lost"),
        ("deal.status", "Open", "open"),
        ("deal.probability", "40 %", 40),
        ("line.quantity", "2,5", "2.5"),
        ("line.tax", "20%", "20"),
        ("line.frequency", "monthly", "monthly"),
        ("line.frequency", "Mensuelle", "monthly"),
        ("line.discount", "5 €", "5"),
        ("line.discount_kind", "amount", "amount"),
    ],
)
def test_words_and_numbers_of_deals_are_read(said, name, text, value):
    assert said(name, text, kind="deal") == value


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("deal.status", "Engaging"),
        ("deal.probability", "101"),
        ("deal.probability", "4.5"),
        ("line.quantity", "0"),
        ("line.tax", "120"),
        ("line.discount", "-5"),
        ("line.product", "GTXPro"),
        ("deal.pipeline", "Nothing"),
    ],
)
def test_what_no_deal_can_hold_is_refused(said, name, text):
    assert refused(said, name, text, kind="deal")


def test_a_product_is_known_by_its_code_or_its_name(said):
    product = ProductFactory(name="GTX Pro", code="G-2")
    ProductFactory(name="GTX Old", is_active=False)
    for text in ("gtx pro", "g-2"):
        assert said("line.product", text, kind="deal") == product.pk
    chosen = {"GTXPro": product.pk}
    assert said("line.product", "GTXPro", kind="deal", values=chosen) == product.pk
    assert refused(said, "line.product", "GTX Old", kind="deal")


@pytest.mark.parametrize(
    ("text", "minutes"),
    [("90", 90), ("1:30", 90), ("00:30", 30), ("1h30", 90), ("2 h", 120), ("45 min", 45)],
)
def test_how_long_something_takes_is_told_in_hours_too(said, text, minutes):
    assert said("activity.minutes", text, kind="activity") == minutes


def test_what_is_put_away_is_so_since_a_moment(said):
    assert said("lead.archived_at", "no") is None
    assert said("lead.archived_at", "yes")[:4].isdecimal()
    assert said("lead.archived_at", "2026-07-01 14:30") == "2026-07-01T12:30:00+00:00"


def test_a_loss_may_have_a_reason_that_is_new(said, manager):
    reason = LostReasonFactory(name="Price")
    assert said("deal.lost_reason", "price", kind="deal") == reason.pk
    assert said("deal.lost_reason", "Timing", kind="deal", by=manager) == "Timing"


# --- Custom fields -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "text", "stored"),
    [
        ("text", " Red ", "Red"),
        ("long_text", "Red\r\nBlue", "Red\nBlue"),
        ("number", "1 250,5", "1250.5"),
        ("money", "12 €", {"amount": "12", "currency": "EUR"}),
        ("money", "-12", {"amount": "-12", "currency": "EUR"}),
        ("date", "31/01/2026", "2026-01-31"),
        ("date_range", "01/01/2026 – 31/01/2026", {"from": "2026-01-01", "to": "2026-01-31"}),
        ("date_range", "2026-01-01 au 2026-01-31", {"from": "2026-01-01", "to": "2026-01-31"}),
        ("time", "9h30", "09:30"),
        ("yes_no", "Vrai", True),
        ("phone", "01 23", "01 23"),
        ("email", "amy@client.example", "amy@client.example"),
        ("url", "client.example", "https://client.example"),
        ("address", "1 rue\nParis", "1 rue\nParis"),
    ],
)
def test_every_kind_of_custom_field_is_read_as_it_is_kept(said, kind, text, stored):
    field, name = custom(kind=kind)
    value = said(name, text)
    assert value == stored
    field.behaviour.check(value, field)


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("text", "x" * 256),
        ("number", "many"),
        ("date", "soon"),
        ("date_range", "2026-01-31 – 2026-01-01"),
        ("time", "25:00"),
        ("yes_no", "perhaps"),
        ("phone", "none"),
        ("email", "amy"),
        ("url", "javascript:alert(1)"),
        ("option", "Blue"),
        ("user", "Nobody"),
        ("organization", "Nothing"),
    ],
)
def test_what_a_custom_field_cannot_hold_is_refused(said, kind, text):
    _field, name = custom(kind=kind)
    assert refused(said, name, text)


def test_options_are_known_by_name(said):
    field, name = custom(kind="options", options=["Red", "Blue, dark"])
    red, blue = (each.pk for each in field.options.in_order())
    assert said(name, "blue, dark") == [blue]
    assert said(name, "Red; blue, dark", separator=";") == [red, blue]
    assert said(name, "Rouge", values={"Rouge": red}) == [red]
    one, name = custom(kind="option", options=["Red"])
    assert said(name, "RED") == one.options.get().pk


def test_a_record_that_a_value_points_at_is_known_by_name(said, alice, charlie):
    _field, name = custom(kind="organization")
    mine = OrganizationFactory(name="Nordwind", owner=alice)
    OrganizationFactory(name="Hidden", owner=charlie, visibility="owner")
    assert said(name, "nordwind") == mine.pk
    assert "Nothing" in refused(said, name, "Hidden")
    OrganizationFactory(name="Nordwind", owner=alice)
    assert "Several" in refused(said, name, "Nordwind")


def test_names_are_kept_no_longer_than_the_rows_that_say_them(alice):
    field, name = custom(kind="organization")
    known = Known(alice)
    goes = next(each for each in target("lead").fields(alice) if each.name == name)
    for chunk in range(3):
        known.meet([(goes, [f"Nordwind {chunk}", f"Südwind {chunk}"])])
    assert known.met == {field.kind: {"nordwind 2": [], "sudwind 2": []}}
