"""Yes and no, as files say it, in plain words."""

YES = frozenset(
    "yes y true t 1 x ✓ ✔ on done completed archived"
    " oui o vrai fait faite terminé terminée archivé archivée".replace("é", "e").split()
)
NO = frozenset("no n false f 0 off todo non faux -".split()) | {
    "to do",
    "not done",
    "not archived",
    "a faire",
    "pas fait",
    "non terminee",
}
