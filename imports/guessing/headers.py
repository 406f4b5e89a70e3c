"""What columns are called, in English and in French, by people and by other systems.

Spellings are words without accents and signs, in lower case: ``spelled`` makes them of a header.
"""

import re
from collections.abc import Iterable

from core.words import plain
from imports.targets import TargetField

JOINTS = re.compile(r"[\W_]+")
HUMPS = re.compile(r"(?<=[a-z])(?=[A-Z])")


def spelled(header: str) -> str:
    """The words of a header: of “Person - E-mail*” and ``person_eMail`` the same three."""
    return JOINTS.sub(" ", plain(HUMPS.sub(" ", header))).strip()


# What a record is called before or behind the name of one of its fields.
RECORD_WORDS = {
    "lead": "lead, prospect, piste",
    "deal": "deal, opportunity, affaire, opportunite",
    "person": (
        "person, contact, contact person, primary contact, personne, interlocuteur,"
        " personne a contacter, contact principal"
    ),
    "organization": (
        "organization, organisation, org, company, account, business, employer, entreprise,"
        " societe, compte, employeur, raison sociale, client, customer"
    ),
    "product": "product, item, produit, article",
    "line": "product, item, line, line item, produit, article, ligne",
    "activity": "activity, task, activite, tache",
    "note": "note",
}
# The field that a record goes by where its word stands alone.
NAMED_BY = {
    "lead": "lead.title",
    "deal": "deal.title",
    "person": "person.name",
    "organization": "organization.name",
    "product": "product.name",
    "line": "line.product",
    "activity": "activity.subject",
    "note": "note.text",
}

OWNED = {
    "owner": (
        "owner, owner name, owner email, user, sales rep, sales agent, salesperson, rep, agent,"
        " account manager, account owner, assigned to, proprietaire, responsable, commercial,"
        " attribue a, gestionnaire, vendeur"
    ),
    "labels": "label, labels, tag, tags, etiquette, etiquettes, libelle, mots cles",
    "visibility": "visible to, visibility, visible par, visible pour, visibilite, visible de",
    "created_at": (
        "added, created, created at, created on, create date, creation date, date created,"
        " date added, add time, added on, cree, cree le, creee le, date de creation, date d ajout,"
        " ajoute, ajoute le, ajoutee le, heure d ajout"
    ),
}
SALE = OWNED | {
    "title": "title, subject, titre, intitule, objet, sujet, project name, nom du projet",
    "value": (
        "value, amount, deal value, total, close value, estimated value, budget, valeur, montant,"
        " total ht, montant ht, valeur estimee"
    ),
    "currency": (
        "currency, currency of value, currency code, value currency, devise, devise de valeur,"
        " devise de la valeur, monnaie"
    ),
    "expected_close_on": (
        "expected close, expected close date, expected closing date, close date, closing date,"
        " estimated close date, forecast date, cloture prevue, date de cloture prevue,"
        " date de cloture attendue, date de cloture, date prevue, date de fermeture prevue,"
        " date de fermeture attendue, cloture attendue"
    ),
    "channel": (
        "channel, source channel, lead source, source, marketing channel, canal, canal source,"
        " canal de la source, canal d origine, origine, provenance"
    ),
    "campaign": (
        "campaign, source channel id, campaign name, utm campaign, campagne, id du canal source,"
        " identifiant du canal source, id canal source"
    ),
    "archived_at": (
        "archived, archived at, archive time, is archived, archive, archive le, archivee le,"
        " date d archivage"
    ),
}
SPELLINGS = {
    "lead": SALE
    | {
        "created_at": OWNED["created_at"] + ", lead created, lead added, prospect cree,"
        " prospect ajoute, piste creee",
        "title": SALE["title"] + ", lead title, lead name",
    },
    "deal": SALE
    | {
        "created_at": OWNED["created_at"] + ", deal created, affaire creee, affaire ajoutee",
        "title": SALE["title"] + ", name, deal title, deal name, opportunity name, nom",
        "pipeline": "pipeline, sales pipeline, pipeline de vente, entonnoir, process",
        "stage": (
            "stage, deal stage, sales stage, stage pipeline, etape, etape pipeline, phase,"
            " etape de vente, stade"
        ),
        "probability": "probability, chance, win probability, probabilite, probabilite de gain",
        "status": "status, deal status, statut",
        "won_at": "won, won time, won at, won on, won date, gagnee, gagne, date de gain, gagnee le,"
        " heure du gain, date de victoire, date du gain",
        "lost_at": "lost, lost time, lost at, lost on, lost date, perdue, perdu, date de perte,"
        " perdue le, heure de l echec, date d echec, heure de la perte, date de la perte",
        "closed_at": "closed on, deal closed on, closed at, closed date, actual close date,"
        " cloturee le, affaire cloturee le, date de cloture reelle, affaire fermee le, fermee le,"
        " won or lost, gagnee ou perdue",
        "lost_reason": "lost reason, loss reason, reason lost, reason for loss, motif d echec,"
        " closed lost reason, raison de la perte, raison de perte, motif de perte,"
        " motif de la perte, raison de l echec",
        "lost_comment": "lost comment, comment on the loss, commentaire sur la perte",
    },
    "line": {
        "quantity": "quantity, qty, quantite, qte",
        "price": "unit price, item price, product price, prix unitaire, pu ht, prix du produit",
        "discount": "discount, remise, rabais",
        "tax": "tax, vat, tax rate, tva, taxe, taux de tva",
        "frequency": "billing frequency, billing, frequence de facturation, facturation",
        "cycles": "billing cycles, cycles, number of cycles, cycles de facturation",
    },
    "person": OWNED
    | {
        "name": (
            "name, full name, person name, contact name, display name, nom, nom complet,"
            " nom et prenom, prenom et nom, nom prenom, prenom nom, nom du contact"
        ),
        "first_name": "first name, given name, forename, firstname, prenom, prenoms",
        "last_name": (
            "last name, surname, family name, lastname, nom de famille, nom usuel, nom d usage"
        ),
        "email": (
            "email, e mail, mail, email address, e mail address, emails, courriel, adresse e mail,"
            " adresse email, adresse mail, adresse electronique, adresse de messagerie, mel"
        ),
        "phone": (
            "phone, telephone, phone number, tel, phones, telephone number, numero de telephone,"
            " no de telephone, n de telephone, numero, direct line, ligne directe, phone direct"
        ),
        "job_title": (
            "job title, job, position, role, function, occupation, poste, fonction, titre du poste,"
            " intitule du poste, intitule de poste, metier, profession"
        ),
        "created_at": OWNED["created_at"] + ", person created, personne creee, personne ajoutee,"
        " contact created, contact cree",
    },
    "organization": OWNED
    | {
        "name": (
            "name, organization name, company name, account name, business name, legal name, nom,"
            " denomination, raison sociale, nom de l entreprise, nom de la societe"
        ),
        "website": (
            "website, web site, site, url, web, domain, homepage, company domain name, site web,"
            " site internet, domaine, page web, www"
        ),
        "address": (
            "address, full address, postal address, mailing address, headquarters, adresse,"
            " adresse complete, adresse postale, siege, siege social, full combined address of"
            " address, adresse combinee complete de adresse"
        ),
        "street": (
            "street, street address, address line 1, address 1, mailing street, billing street,"
            " rue, voie, adresse 1, adresse ligne 1, numero et rue, no et rue"
        ),
        "postal_code": ("postal code, zip, zip code, postcode, post code, code postal, cp, npa"),
        "city": "city, town, locality, ville, localite, commune",
        "region": "state, region, province, county, state region, departement, canton, etat",
        "country": "country, pays",
        "created_at": OWNED["created_at"] + ", organization created, organisation creee,"
        " organisation ajoutee, company created",
    },
    "product": {
        "name": "name, product name, title, nom, nom du produit, designation, libelle, intitule",
        "code": "code, product code, sku, reference, ref, part number, code produit, code article",
        "category": "category, series, family, range, categorie, famille, gamme, serie",
        "unit": "unit, unite, uom",
        "price": (
            "price, unit price, unit prices, sales price, list price, prix, prix unitaire,"
            " prix de vente, tarif, prix unitaires"
        ),
        "currency": "currency, devise, monnaie",
        "tax": "tax, vat, tax rate, tva, taxe, taux de tva",
        "frequency": "billing frequency, billing, frequence de facturation, facturation",
        "cycles": "billing cycles, cycles, number of cycles, cycles de facturation",
        "description": "description, details, detail",
        "is_active": "active, is active, actif, active flag",
    },
    "activity": {
        "subject": "subject, title, objet, sujet, titre, intitule",
        "type": "type, activity type, kind, type d activite",
        "due_on": (
            "due date, due, date, day, due on, echeance, date d echeance, date limite, jour,"
            " a faire le"
        ),
        "due_time": "due time, time, hour, heure, heure d echeance, heure limite",
        "minutes": "duration, minutes, length, duree",
        "assignee": (
            "assigned to, assigned to user, assignee, owner, user, attribue a, attribuee a,"
            " assigne a, responsable, attribue a l utilisateur, attribuee a l utilisateur,"
            " utilisateur assigne"
        ),
        "text": (
            "details, note, notes, description, text, comment, comments, remarque, remarques,"
            " commentaire, commentaires, texte, public description, description publique"
        ),
        "is_done": "done, is done, completed, already done, fait, faite, termine, terminee",
        "done_at": (
            "done at, done time, marked as done time, completed at, completed on, fait le,"
            " marque comme termine, heure de fin, marque comme effectue le, termine le,"
            " date de realisation"
        ),
        "created_at": OWNED["created_at"] + ", activity created, activite creee",
    },
    "note": {
        "text": (
            "note, notes, content, text, body, comment, comments, description, remark, remarks,"
            " contenu, texte, commentaire, commentaires, remarque, remarques, observation,"
            " observations, informations"
        ),
        "author": "author, user, written by, creator, created by, auteur, utilisateur, redacteur",
        "created_at": OWNED["created_at"] + ", written, ecrite le, redigee le",
        "is_pinned": "pinned, is pinned, epinglee, epingle",
    },
    "row": {},
}
# How addresses and numbers are told apart.
REACHES = {
    "work": "work, office, business, pro, professional, direct, bureau, travail, professionnel,"
    " professionnelle",
    "home": "home, personal, private, domicile, maison, perso, personnel, personnelle, prive",
    "mobile": "mobile, cell, cellphone, cellulaire, portable, gsm, mobile phone, cell phone",
    "other": "other, autre, secondary, secondaire, fax",
}
OF = re.compile(r"^(.+) (?:de la|de l|du|des|de|d|of the|of|for) (.+)$")


def words_in(listed: str) -> list[str]:
    return [each.strip() for each in listed.split(",")]


REACH_OF = {word: kind for kind, listed in REACHES.items() for word in words_in(listed)}
RECORD_OF = {
    word: record
    for record, listed in RECORD_WORDS.items()
    if record != "line"
    for word in words_in(listed)
}
KEYS_OF = {
    record: {word: key for key, listed in keys.items() for word in words_in(listed)}
    for record, keys in SPELLINGS.items()
}
IDS = frozenset(
    "id, system id, pipedrive system id, identifiant, id systeme, id du systeme,"
    " id systeme pipedrive, identifiant systeme, external id, record id".split(", ")
)


def customs(fields: Iterable[TargetField]) -> dict[str, str]:
    """Fields that a company added by what their columns are called: by their names, and the
    currency of an amount as one of its own words or in front of it.
    """
    found = {}
    for field in fields:
        if field.custom:
            found[spelled(field.label)] = field.name
        elif field.currency_of:
            name = spelled(field.currency_of.name)
            for word in ("currency", "devise"):
                found[f"{name} {word}"] = found[f"{word} of {name}"] = field.name
            found[f"devise de {name}"] = field.name
    return found
