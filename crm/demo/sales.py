"""The leads and deals of the demo: coffee machines, beans and service for offices, hotels, shops.

Each line is one story in a few words; ``crm.demo.leads`` and ``crm.demo.deals`` play them.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class LeadStory:
    """Who might want what, how long ago we heard, and what is planned (days from today)."""

    company: str | None  # None: a stranger without an organization
    title: str
    value: int | None = None
    heard: int = 3  # days ago
    next_in: int | None = None  # days; negative: late
    labels: str = ""
    unseen: bool = False
    archived: bool = False
    origin: str = "manual"
    currency: str = "EUR"


@dataclass(frozen=True)
class DealStory:
    """A deal that stood in each of the first stages so many days, the last one until today.

    ``outcome`` is ``won``, ``lost`` or nothing; a closed deal was closed after its last stay.
    """

    company: str
    title: str
    value: int | None
    stays: tuple[int, ...]
    outcome: str = ""
    closed: int = 0  # days ago
    next_in: int | None = None
    labels: str = ""
    was_lead: bool = False
    reason: str = ""
    comment: str = ""
    currency: str = "EUR"


L, D = LeadStory, DealStory

LEADS = (
    # Came in by themselves, nobody looked yet.
    L(
        "Clermont Biotech",
        "Machine à grains pour le nouveau labo",
        6400,
        0,
        unseen=True,
        origin="web_form",
        labels="Inbound",
    ),
    L(
        "Kestrel Games Studio",
        "Second machine for the Brighton studio",
        4800,
        0,
        unseen=True,
        origin="web_form",
        labels="Inbound",
    ),
    L(
        None,
        "Café de spécialité pour un salon de thé à ouvrir",
        None,
        0,
        unseen=True,
        origin="web_form",
        labels="Inbound",
    ),
    L(
        None,
        "Rental for a two-day conference",
        950,
        1,
        unseen=True,
        origin="live_chat",
        labels="Inbound",
    ),
    L(
        "Studio Boréal",
        "Location pour un tournage de six semaines",
        3200,
        1,
        unseen=True,
        origin="chatbot",
        labels="Inbound",
        currency="CAD",
    ),
    L(
        "Bluebell Nurseries",
        "Garden café, first machine",
        7200,
        1,
        unseen=True,
        origin="web_form",
        labels="Inbound,Warm",
    ),
    L(
        "Bodegas Peñalver",
        "Tasting-room espresso bar",
        11800,
        2,
        unseen=True,
        origin="web_form",
        labels="Inbound",
    ),
    L(
        "Domaine de Fontségugne",
        "Coin café pour les chambres d’hôtes",
        2900,
        2,
        unseen=True,
        origin="web_form",
        labels="Inbound",
    ),
    # Late.
    L("Transports Lacombe", "Distributeurs pour les trois dépôts", 18600, 21, -6, "Warm"),
    L("Lycée agricole des Cévennes", "Salle des professeurs", 3100, 18, -2, "Cold"),
    L("Ashdown Primary Care Trust", "Waiting-room machine, card payment", 5200, 26, -9),
    L("Northgate Logistics", "Night-shift vending, Leeds and Hull", 24500, 15, -1, "Hot"),
    L("Zürcher Präzision AG", "Cafeteria Werk 2", 21000, 30, -4, "Warm", currency="CHF"),
    L("Kowalski i Synowie", "Warehouse canteen", 8800, 19, -12, "Cold"),
    L(None, "Trois machines pour un incubateur", 9900, 14, -3),
    # Today.
    L("Cabinet Delmas & Associés", "Remplacement des machines à capsules", 12400, 9, 0, "Hot"),
    L("Hartley & Webb Architects", "Machine for the client lounge", 6900, 8, 0, "Warm"),
    L("Fondation Léman", "Pauses café des conférences 2027", 15500, 12, 0, currency="CHF"),
    L("Boulangeries Maison Cœur", "Essai dans deux boutiques pilotes", 13200, 6, 0, "Hot,Partner"),
    L("Redwood Medical Devices", "Break rooms, building C", 27500, 11, 0, "Hot", currency="USD"),
    # Planned.
    L("Mutuelle du Rhône", "Tisanerie du 4e étage", 5600, 5, 1, "Warm"),
    L("Éditions du Passe-Muraille", "Machine pour l’accueil des auteurs", 2800, 7, 2),
    L("Glenfarg Distillery", "Visitor café, second season", 9600, 10, 2, "Warm"),
    L("Caisse Montcalm", "Aires de pause, siège social", 34000, 16, 3, "Hot", currency="CAD"),
    L("Groupe Hôtelier Océane", "Petits-déjeuners, hôtel d’Arcachon", 31500, 13, 3, "Hot,VIP"),
    L("Copenhagen Data Works", "Barista training for the kitchen team", 1800, 4, 4),
    L("Hotel Santa Lucia", "Roof-terrace bar", 14200, 9, 5, "Warm"),
    L("Coopérative Laitière du Bocage", "Salle de pause, équipes du matin", 4700, 20, 6),
    L("Maplewood Credit Union", "Four branches in the GTA", 46000, 24, 8, "Hot", currency="CAD"),
    L("Aéroport de Saint-Aubin", "Appel d’offres concession hall B", 96000, 28, 12, "VIP"),
    L("Instituto São Vicente", "Staff room, three campuses", 16800, 22, 15),
    L(None, "Coffee corner in a bookshop", 3900, 6, 9, "Partner"),
    L(None, "Cours de latte art pour un comité d’entreprise", 700, 8, 10),
    # Nothing planned.
    L("Ville de Montreuil-sur-Ille", "Distributeur à la médiathèque", 3600, 17, labels="Cold"),
    L("O’Sullivan’s Bakery", "Grinder upgrade", 1450, 12),
    L("Lindqvist Interiors", "Showroom kitchen for a client", None, 9, labels="Partner"),
    L("Officine Grafiche Bellini", "Lobby machine and cups", 5300, 25),
    L("Brasserie L’Étoile du Nord", "Deuxième groupe pour la terrasse", 4200, 33, labels="Cold"),
    L(
        "Érablière du Lac-Brome",
        "Kiosque de la saison des sucres",
        6100,
        5,
        labels="Warm",
        currency="CAD",
    ),
    L("Compagnie Générale du Levant", "Étage direction, tour Azur", 22000, 4, labels="VIP"),
    # Put away.
    L("Transports Lacombe", "Salon du transport, location trois jours", 1900, 90, archived=True),
    L("Kestrel Games Studio", "Free samples only", None, 75, archived=True, labels="Cold"),
    L("Clinique Saint-Rémy", "Fontaine à eau (pas notre métier)", None, 64, archived=True),
    L("Bodegas Peñalver", "Duplicate of the tasting-room request", None, 58, archived=True),
    L("Hartley & Webb Architects", "Kitchen for a cancelled project", 18000, 82, archived=True),
)

SALES = (
    # Qualified.
    D(
        "Ateliers Beaulieu",
        "Machine à grains, atelier et bureaux",
        7900,
        (4,),
        next_in=2,
        labels="Warm",
        was_lead=True,
    ),
    D(
        "Van der Meer Coworking",
        "Keizersgracht, floors 2 to 4",
        28400,
        (6,),
        next_in=1,
        labels="Hot",
        was_lead=True,
    ),
    D("Thames Valley University", "Library café refit", 52000, (9,), next_in=6, labels="VIP"),
    D("Officine Grafiche Bellini", "Print hall, two machines", 12600, (12,), next_in=-2),
    D("Studio Boréal", "Cuisine du studio de montage", 8700, (3,), next_in=0, currency="CAD"),
    D(
        "Redwood Medical Devices",
        "Executive floor",
        19800,
        (7,),
        labels="Warm",
        currency="USD",
        was_lead=True,
    ),
    # Contact made; a deal rots here after a fortnight.
    D(
        "Boulangeries Maison Cœur",
        "Équipement de 14 boutiques",
        118000,
        (8, 10),
        next_in=3,
        labels="Hot,VIP",
        was_lead=True,
    ),
    D("Northgate Logistics", "Canteen, Leeds hub", 33500, (5, 24), labels="Cold"),
    D("Mutuelle du Rhône", "Siège, 9 tisaneries", 61200, (9, 19), labels="Warm"),
    D("Kowalski i Synowie", "Head-office kitchen", 9400, (11, 31), next_in=-8),
    D("Fondation Léman", "Salle des fêtes", 17300, (6, 4), next_in=5, currency="CHF"),
    D("Hotel Santa Lucia", "Breakfast room", 22800, (4, 11), next_in=-1),
    D("Glenfarg Distillery", "Tasting bar", 10900, (7, 5), next_in=9, was_lead=True),
    # Demo.
    D(
        "Groupe Hôtelier Océane",
        "Hall et bar, Biarritz",
        47500,
        (6, 9, 5),
        next_in=0,
        labels="Hot,VIP",
        was_lead=True,
    ),
    D(
        "Hartley & Webb Architects",
        "Studio espresso bar",
        14600,
        (5, 12, 8),
        next_in=1,
        labels="Warm",
    ),
    D("Caisse Montcalm", "Succursale Grande Allée", 12900, (10, 7, 6), next_in=2, currency="CAD"),
    D("Clermont Biotech", "Cafétéria, bâtiment B", 26800, (3, 8, 14), next_in=-3, was_lead=True),
    D(
        "Copenhagen Data Works",
        "Office bar and beans",
        21500,
        (8, 6, 3),
        next_in=4,
        labels="Partner",
    ),
    D("Aéroport de Saint-Aubin", "Salon voyageurs", 38900, (12, 15, 10), next_in=7),
    # Proposal; a deal rots here after three weeks.
    D(
        "Compagnie Générale du Levant",
        "Siège, 22 étages",
        184000,
        (10, 14, 12, 9),
        next_in=1,
        labels="Hot,VIP",
        was_lead=True,
    ),
    D("Cabinet Delmas & Associés", "Contrat café tout compris", 15800, (4, 6, 8, 28)),
    D(
        "The Harbour Hotel Group",
        "Edinburgh, lobby and bar",
        56300,
        (9, 11, 7, 6),
        next_in=3,
        labels="Hot",
    ),
    D(
        "Zürcher Präzision AG",
        "Kaffeebar Werk 1",
        43200,
        (7, 12, 10, 34),
        labels="Cold",
        currency="CHF",
    ),
    D("Lindqvist Interiors", "Three show flats", 24100, (6, 5, 9, 11), next_in=6, labels="Partner"),
    D(
        "Coopérative Laitière du Bocage",
        "Distributeurs, deux usines",
        19600,
        (5, 13, 6, 16),
        next_in=-5,
    ),
    # Negotiation.
    D(
        "Maplewood Credit Union",
        "Head office, all floors",
        87500,
        (8, 10, 12, 14, 4),
        next_in=0,
        labels="Hot,VIP",
        currency="CAD",
    ),
    D(
        "Clinique Saint-Rémy",
        "Accueil et salles de garde",
        29300,
        (7, 9, 6, 10, 5),
        next_in=1,
        labels="Hot",
        was_lead=True,
    ),
    D("Bodegas Peñalver", "Wine-tourism centre", 34800, (9, 8, 11, 7, 9), next_in=4),
    # Won.
    D("Van der Meer Coworking", "Herengracht, ground floor", 16900, (5, 6, 7, 8, 4), "won", 6),
    D("Ashdown Primary Care Trust", "Staff room, Forest Row", 4300, (3, 5, 6), "won", 11),
    D(
        "Érablière du Lac-Brome",
        "Salle à manger, saison 2026",
        13700,
        (6, 7, 5, 9),
        "won",
        17,
        currency="CAD",
    ),
    D("Lycée agricole des Cévennes", "Foyer des élèves", 5900, (8, 4, 9, 6), "won", 23),
    D(
        "Kestrel Games Studio",
        "Studio espresso machine",
        8200,
        (2, 6, 5, 4),
        "won",
        34,
        was_lead=True,
    ),
    D(
        "Groupe Hôtelier Océane",
        "Hôtel de La Rochelle",
        41800,
        (10, 12, 8, 9, 7),
        "won",
        48,
        labels="VIP",
    ),
    # Lost.
    D(
        "Transports Lacombe",
        "Distributeurs au siège",
        11200,
        (5, 9, 8),
        "lost",
        9,
        reason="Chose a competitor",
        comment="Contrat signé avec leur distributeur régional.",
    ),
    D("Hotel Santa Lucia", "Pool bar", 9800, (7, 11), "lost", 20, reason="No answer"),
    D(
        "Ville de Montreuil-sur-Ille",
        "Salle du conseil",
        3400,
        (12, 10, 15),
        "lost",
        27,
        reason="No budget",
        comment="Reporté au budget 2027.",
    ),
    D(
        "Bluebell Nurseries",
        "Potting-shed café",
        6700,
        (4, 6, 9, 12),
        "lost",
        38,
        reason="Too expensive",
        comment="Wanted leasing below 80 a month.",
    ),
    D("Instituto São Vicente", "Reception", 5100, (9, 14), "lost", 52, reason="Bad timing"),
)

RENEWALS = (
    D("Cabinet Delmas & Associés", "Entretien annuel 2027", 2400, (11,), next_in=5),
    D("Kestrel Games Studio", "Beans and service, year two", 3900, (5,), next_in=12),
    D(
        "The Harbour Hotel Group",
        "Service contract, six hotels",
        38400,
        (14, 9),
        next_in=2,
        labels="VIP",
    ),
    D("Clinique Saint-Rémy", "Contrat de maintenance", 5200, (9, 16), next_in=-4),
    D("Thames Valley University", "Bean subscription, term 2", 11600, (7, 5, 8), next_in=3),
    D(
        "Groupe Hôtelier Océane",
        "Renouvellement café, 5 hôtels",
        46200,
        (12, 10, 6),
        next_in=8,
        labels="VIP",
    ),
    D("Hartley & Webb Architects", "Service contract 2026", 1900, (6, 4, 3), "won", 14),
    D(
        "Officine Grafiche Bellini",
        "Service contract 2026",
        1700,
        (10, 12),
        "lost",
        25,
        reason="Too expensive",
    ),
)
