"""Domain: the name under which a company is on the web, as far as that is its own."""

import re

from django.db import models
from django.db.models import Func

# What stands before and behind it: a scheme, “www.”, a port, a path.
IN_ADDRESS = re.compile(r"^\s*(?:[a-zA-Z]+://)?(?:[wW]{3}\d?\.)?([^/:?#@\s]+\.[^/:?#@\s.]+)")
WORDS = re.compile(r"\w+")
# Where pages of many companies are, and where anybody has an e-mail address: no evidence.
SHARED = frozenset(
    "facebook.com fb.com linkedin.com instagram.com twitter.com x.com youtube.com tiktok.com "
    "google.com sites.google.com goo.gl maps.google.com g.page business.site bit.ly linktr.ee "
    "wordpress.com wixsite.com blogspot.com github.io github.com medium.com etsy.com amazon.com "
    "pagesjaunes.fr societe.com gmail.com googlemail.com outlook.com hotmail.com hotmail.fr "
    "live.com live.fr yahoo.com yahoo.fr icloud.com me.com aol.com proton.me protonmail.com "
    "gmx.com gmx.de web.de orange.fr wanadoo.fr free.fr sfr.fr laposte.net bbox.fr".split()
)
# Of the same company's name, one list has “Acme”, the other “Acme SAS”.
LEGAL_FORMS = frozenset(
    "ab ag as asbl bv co company corp corporation cv eurl gbr gmbh group groupe holding inc "
    "incorporated kft kg limited llc llp ltd ltda mbh nv oy oyj plc pte pty sa sarl sas sasu sca "
    "scop se sl snc spa srl sro the ug".split()
)


class Domain(Func):
    """The domain in a web address, in lower case; NULL where there is none."""

    template = f"lower(substring(%(expressions)s from '{IN_ADDRESS.pattern}'))"
    output_field = models.TextField()


def domain_in(website: str) -> str:
    """The same of ``website``, as long as the domain is its company's own."""
    found = IN_ADDRESS.match(website)
    domain = found[1].lower() if found else ""
    return "" if domain in SHARED else domain


def called(name: str) -> str:
    """A plain ``name`` without signs, and without its legal form unless that is all of it."""
    words = WORDS.findall(name.replace(".", ""))
    return " ".join([word for word in words if word not in LEGAL_FORMS] or words)
