"""What the people of the demo write and plan, in the language of the company it is about."""

NOTES = {
    "fr": (
        "Premier échange très agréable. **120 personnes** sur place, machines à capsules.\n\n"
        "- bail jusqu’au 31 mars\n- veulent réduire les déchets\n- décision en comité",
        "Dégustation faite : ils préfèrent le **mélange n° 3**, torréfaction moyenne. "
        "Envoyer 1 kg d’échantillons.",
        "Il faut une arrivée d’eau au 2e étage. Plan reçu, voir avec Yannick.\n\n"
        "> « On ne veut plus entendre parler de capsules. »",
        "Budget validé par la direction, reste le service juridique. "
        "Clause de résiliation à revoir.",
        "Pas de réponse depuis le salon. *Réessayer après les vacances.*",
        "Visite du site :\n\n1. cuisine trop petite pour la grande machine\n"
        "2. prise 32 A à prévoir\n3. livraison par le quai nord seulement",
        "Le concurrent offre la machine contre un engagement de **48 mois**. "
        "Répondre sur la qualité du service.",
        "Recommandé par Élodie Beaulieu, qui est ravie de son installation.",
    ),
    "en": (
        "Good first call. **About 90 people** on site, pods today, lease ends in spring.\n\n"
        "- wants less waste\n- card payment a must\n- board decides",
        "Tasting went well: they like **blend 3**, medium roast. Send 1 kg of samples.",
        "Needs a water line on the second floor. Drawings received.\n\n"
        "> “Nobody wants to see another pod.”",
        "Budget approved; legal still looks at the termination clause.",
        "No answer since the trade show. *Try again after the holidays.*",
        "Site visit:\n\n1. kitchen too small for the large model\n"
        "2. needs a 32 A socket\n3. deliveries by the north gate only",
        "A competitor offers the machine for free against **48 months**. "
        "Our answer is service within four hours.",
        "Recommended by Saskia van der Meer, who is very happy with hers.",
    ),
}
PINNED = {
    "fr": "**À savoir :** toujours passer par les achats, jamais par la direction en premier.",
    "en": "**Good to know:** go through purchasing first, never straight to the board.",
}

# What is to be done, and what was done: the type of activity and its subject.
TO_DO = {
    "fr": (
        ("Call", "Rappeler pour fixer la dégustation"),
        ("E-mail", "Envoyer le devis"),
        ("Meeting", "Visite du site"),
        ("Task", "Préparer les échantillons"),
        ("Call", "Relancer sur la proposition"),
        ("Lunch", "Déjeuner avec les achats"),
        ("Meeting", "Présentation au comité"),
        ("Deadline", "Réponse attendue"),
    ),
    "en": (
        ("Call", "Call to set a tasting date"),
        ("E-mail", "Send the quote"),
        ("Meeting", "Site visit"),
        ("Task", "Prepare the samples"),
        ("Call", "Follow up on the proposal"),
        ("Lunch", "Lunch with purchasing"),
        ("Meeting", "Present to the board"),
        ("Deadline", "Answer due"),
    ),
}
DONE = {
    "fr": (
        ("Call", "Premier appel"),
        ("E-mail", "Documentation envoyée"),
        ("Meeting", "Dégustation sur place"),
    ),
    "en": (
        ("Call", "First call"),
        ("E-mail", "Brochure sent"),
        ("Meeting", "Tasting on site"),
    ),
}
