"""Words that stand for something: colleagues, labels, channels, yes and no."""

import re

from django.utils.translation import gettext as _

from accounts.models import Visibility
from core.words import plain
from deals.models import Deal, LineItem
from imports.known import FIXED, in_every_language, may_own
from imports.values.answers import NO, YES
from imports.values.choosing import chosen_in, or_else
from imports.values.errors import NotUnderstood, RowUnwanted
from imports.values.text import fitting, in_one_line, parts
from products.billing import Frequency

MANY_WORDS = re.compile(r"[,;|\n]")
COMMA = {"separator": ","}


def user(field, options, known):
    """A colleague by e-mail address or name, who may own records."""

    def read(text):
        found = known.named(text)
        able = [each for each in found if may_own(each)]
        if found and not able:
            raise NotUnderstood(_("%(name)s cannot own records.") % {"name": found[0]})
        return one_of(able, text)

    return read


def one_of(users, name):
    if len(users) == 1:
        return users[0].pk
    if users:
        raise NotUnderstood(_("Several colleagues are called “%(name)s”.") % {"name": name[:80]})
    raise NotUnderstood(_("Nobody here is called “%(name)s”.") % {"name": name[:80]})


def word(field, options, known):
    """A word of one of the company's lists. One that is not there yet will be, if whoever imports
    may add it: its name stands for it until then.
    """
    vocabulary = known.vocabulary(field.kind)

    def read(text):
        return word_in(text, vocabulary, known)

    return read


def word_in(text, vocabulary, known):
    name = in_one_line(text)
    word = plain(name)
    if word in vocabulary.by_name:
        return vocabulary.by_name[word]
    if word in vocabulary.archived:
        raise NotUnderstood(_("“%(word)s” is out of use.") % {"word": name[:80]})
    if not known.may_create_words:
        raise NotUnderstood(
            _("“%(word)s” is not in the list, and your role does not allow you to add it.")
            % {"word": name[:80]}
        )
    return fitting(name, vocabulary.model._meta.get_field("name").max_length)


def labels(field, options, known):
    """Labels, several of them in one cell."""
    vocabulary = known.vocabulary("labels")

    def understand(text):
        return [word_in(text, vocabulary, known)]

    return several(field, options, known, understand, vocabulary.by_name)


def several(field, options, known, understand, names):
    """Words in one cell, each understood by itself. All of it may be one of the ``names``, and one
    with a comma in it stands in quotes; where semicolons or bars part what is known, they do.
    """
    chosen = chosen_in(field, options, known, understand)
    understand = or_else(field, options, known, understand)

    def read(text):
        if plain(text) in names:
            return understand(text)
        found = parts(text, options if options.get("separator") else COMMA, MANY_WORDS)
        if not options.get("separator") and not are_known(found):
            found = otherwise if are_known(otherwise := parts(text, {}, MANY_WORDS)) else found
        values = []
        for each in found:
            values += (chosen[each]() if each in chosen else understand(each)) or []
        return list(dict.fromkeys(values))

    def are_known(words):
        return all(word in chosen or plain(word) in names for word in words)

    return read


def choice(field, options, known):
    """One of a few fixed words, in any of our languages or as another system says it."""
    words = words_of(field.kind)

    def read(text):
        try:
            return words[plain(text)]
        except KeyError:
            raise NotUnderstood(
                _("“%(text)s” is none of the choices.") % {"text": text[:80]}
            ) from None

    return read


def words_of(kind):
    return in_every_language(FIXED[kind].choices) | SYNONYMS.get(kind, {})


def statuses() -> dict[str, str]:
    """How deals stand or ended, by the plain words for it."""
    return words_of("status")


def frequency(field, options, known):
    """How often something is billed; how many times, which our own lists put behind it as in
    “Monthly × 12”, is said by a column of its own.
    """
    read = choice(field, options, known)
    return lambda text: read(text.partition("×")[0].strip())


def stage(field, options, known):
    """A stage by its name, perhaps with its pipeline in brackets behind it. Of several, one of the
    default pipeline; whether the row names another pipeline shows later.
    """
    names = {}
    for each in known.stages:
        for name in (each.name, f"{each.name} ({each.pipeline})", f"{each.pipeline}: {each.name}"):
            names.setdefault(plain(name), each.pk)

    def read(text):
        if plain(text) not in names:
            raise NotUnderstood(_("There is no stage “%(name)s”.") % {"name": text[:80]})
        return names[plain(text)]

    return read


def pipeline(field, options, known):
    names = known.vocabulary("pipeline").by_name

    def read(text):
        if plain(text) not in names:
            raise NotUnderstood(_("There is no pipeline “%(name)s”.") % {"name": text[:80]})
        return names[plain(text)]

    return read


def product(field, options, known):
    """A product that is sold at present, by its code or its name."""
    names = {plain(each.name): each.pk for each in reversed(known.products)}
    names |= {plain(each.code): each.pk for each in known.products if each.code}

    def read(text):
        if plain(text) not in names:
            raise NotUnderstood(_("There is no product “%(name)s”.") % {"name": text[:80]})
        return names[plain(text)]

    return read


def anybody(field, options, known):
    """A colleague who works here, whether or not they may own records."""

    def read(text):
        able = [each for each in known.named(text) if each.is_active]
        return one_of(able, text)

    return read


def yes_no(field, options, known):
    def read(text):
        word = plain(text)
        if word in YES or word in NO:
            return word in YES
        raise NotUnderstood(_("Answer yes or no."))

    return read


def wanted(field, options, known):
    """Whether the row is imported at all."""
    understand = yes_no(field, options, known)

    def read(text):
        if not understand(text):
            raise RowUnwanted
        return True

    return read


# How other systems say it.
SYNONYMS = {
    "visibility": {
        "item owner": Visibility.OWNER,
        "owner & followers": Visibility.OWNER,
        "owner and followers": Visibility.OWNER,
        "private": Visibility.OWNER,
        "prive": Visibility.OWNER,
        "proprietaire de l'element": Visibility.OWNER,
        "owner's visibility group": Visibility.TEAM,
        "visibility group": Visibility.TEAM,
        "team": Visibility.TEAM,
        "equipe": Visibility.TEAM,
        "shared": Visibility.EVERYONE,
        "all": Visibility.EVERYONE,
        "all users": Visibility.EVERYONE,
        "entire company": Visibility.EVERYONE,
        "everyone (shared)": Visibility.EVERYONE,
        "toute l'entreprise": Visibility.EVERYONE,
        "tous les utilisateurs": Visibility.EVERYONE,
        "partage": Visibility.EVERYONE,
    },
    "status": {
        "closed won": Deal.Status.WON,
        "gagne": Deal.Status.WON,
        "gagnes": Deal.Status.WON,
        "closed lost": Deal.Status.LOST,
        "perdu": Deal.Status.LOST,
        "ouvert": Deal.Status.OPEN,
        "in progress": Deal.Status.OPEN,
        "en cours": Deal.Status.OPEN,
    },
    "frequency": {
        "once": Frequency.ONE_TIME,
        "one time": Frequency.ONE_TIME,
        "annually": Frequency.YEARLY,
        "semi-annually": Frequency.HALF_YEARLY,
    },
    "discount_kind": {
        "percentage": LineItem.Discount.PERCENT,
        "pourcentage": LineItem.Discount.PERCENT,
    },
}

WORDS = {
    "user": user,
    "labels": labels,
    **dict.fromkeys(("channel", "lost_reason", "category", "activity_type"), word),
    **dict.fromkeys(FIXED, choice),
    "frequency": frequency,
    "pipeline": pipeline,
    "stage": stage,
    "product": product,
    "yes_no": yes_no,
    "wanted": wanted,
}
