"""Words that stand for something: colleagues, labels, channels, yes and no."""

import re
from functools import partial

from django.utils.translation import gettext as _

from accounts.models import Visibility
from core.words import plain
from imports.known import SKIP, in_every_language, may_own
from imports.values.errors import NotUnderstood, RowUnwanted
from imports.values.text import BREAKS, fitting, parts

MANY_WORDS = re.compile(r"[,;|\n]")
YES = frozenset("yes y true t 1 x ✓ ✔ on oui o vrai done completed fait faite terminee".split())
NO = frozenset("no n false f 0 off non faux - to do todo not done a faire pas fait".split()) | {
    "to do",
    "not done",
    "a faire",
    "pas fait",
}


def chosen_in(field, options, known, understand):
    """What whoever imports chose for a text, by the text: each as a function that answers with the
    value, or says no. Where nothing is chosen from, it is another text to ``understand``.
    """
    values = options.get("values") or {}
    allowed = {str(value): value for value, _words in known.choices(field)}
    return {
        str(text).strip(): partial(answer, field, value, allowed, understand)
        for text, value in values.items()
    }


def answer(field, value, allowed, understand):
    if value is None or value == "":
        return None
    if value == SKIP:
        raise RowUnwanted
    if str(value) in allowed:
        found = allowed[str(value)]
        return [found] if field.kind in ("labels", "custom:options") else found
    if allowed or not isinstance(value, str):
        raise NotUnderstood(_("What was chosen for this is no longer there."))
    return understand(value)


def user(field, options, known):
    """A colleague by e-mail address or name, who may own records."""

    def read(text):
        name = EMAIL_OF.search(text)
        word = name[1].lower() if name else plain(text)
        found = known.colleagues.get(word, [])
        able = [each for each in found if may_own(each)]
        if len(able) == 1:
            return able[0].pk
        if able:
            raise NotUnderstood(_("Several colleagues are called “%(name)s”.") % {"name": text})
        if found:
            raise NotUnderstood(_("%(name)s cannot own records.") % {"name": found[0]})
        raise NotUnderstood(_("Nobody here is called “%(name)s”.") % {"name": text[:80]})

    return read


EMAIL_OF = re.compile(r"([^\s<>]+@[^\s<>]+)")


def word(field, options, known):
    """A word of one of the company's lists. One that is not there yet will be, if whoever imports
    may add it: its name stands for it until then.
    """
    vocabulary = known.vocabulary(field.kind)

    def read(text):
        return word_in(text, vocabulary, known)

    return read


def word_in(text, vocabulary, known):
    name = BREAKS.sub(" ", text)
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
    """Labels, several of them parted by the separator of the column, else by commas, semicolons,
    bars and line ends.
    """
    vocabulary = known.vocabulary("labels")

    def understand(text):
        return [word_in(text, vocabulary, known)]

    return several(field, options, known, understand, vocabulary.by_name)


def several(field, options, known, understand, names):
    """Words in one cell, each understood by itself; all of it may be one of the ``names``."""
    chosen = chosen_in(field, options, known, understand)

    def read(text):
        if plain(text) in names:
            return understand(text)
        found = []
        for each in parts(text, options, MANY_WORDS):
            found += (chosen[each]() or []) if each in chosen else understand(each)
        return list(dict.fromkeys(found))

    return read


def choice(choices, synonyms=None):
    """One of a few fixed words, in any of our languages."""

    def make(field, options, known):
        words = in_every_language(choices()) | (synonyms or {})

        def read(text):
            try:
                return words[plain(text)]
            except KeyError:
                raise NotUnderstood(
                    _("“%(text)s” is none of the choices.") % {"text": text[:80]}
                ) from None

        return read

    return make


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


# How another system says who sees a record.
SEEN_BY = {
    "item owner": Visibility.OWNER,
    "private": Visibility.OWNER,
    "prive": Visibility.OWNER,
    "owner's visibility group": Visibility.TEAM,
    "visibility group": Visibility.TEAM,
    "team": Visibility.TEAM,
    "equipe": Visibility.TEAM,
    "shared": Visibility.EVERYONE,
    "all users": Visibility.EVERYONE,
    "entire company": Visibility.EVERYONE,
    "all": Visibility.EVERYONE,
    "everyone": Visibility.EVERYONE,
    "toute l'entreprise": Visibility.EVERYONE,
    "tous les utilisateurs": Visibility.EVERYONE,
}

WORDS = {
    "user": user,
    "labels": labels,
    "channel": word,
    "visibility": choice(lambda: Visibility.choices, SEEN_BY),
    "yes_no": yes_no,
    "wanted": wanted,
}
