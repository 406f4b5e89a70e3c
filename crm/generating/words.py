"""What made-up records are called and say: drawn at random, in both languages."""

FIRST_NAMES = (
    "Adèle Aïcha Amélie Björn Camille Chiara Clémence Daniel Dorota Élodie Émile Faïza Fergus "
    "François Gaël Giulia Hanna Hélène Hugo Inès Íñigo Jérôme João Karim Léa Liam Loïc Łukasz "
    "Maëlle Marie-Ève Mehdi Niamh Noémie Oscar Priya Raphaël Saoirse Søren Théo Zoé"
).split()
LAST_NAMES = (
    "Aubert Beaulieu Bélanger Benali Bianchi Bouchard Campbell Chevalier Côté Dubois Dupré "
    "Esposito Favre Fernández Fournier Gagnon García Girard Haddad Hansen Höfer Jansen Kowalski "
    "Lambert Lefèvre Lindqvist MacLeod Magalhães Mercier Müller Murphy Nguyen Novák O’Brien Olsen "
    "Østergaard Patel Pelletier Peñalver Renaud Roussel Rossi Schmid Sénéchal Smith Tremblay "
    "Vasseur Wójcik"
).split()
TRADES = (
    "Ateliers Boulangerie Brasserie Cabinet Clinique Éditions Garage Hôtel Librairie Menuiserie "
    "Pharmacie Studio Transports Vignobles Bakery Brewery Consulting Design Logistics Partners"
).split()
THINGS = (
    "Espresso machine|Machine à grains|Coffee bar|Contrat de café|Office refit|Salle de pause|"
    "Service contract|Distributeurs|Tasting room|Cafétéria|Barista training|Renouvellement"
).split("|")
PLACES = (
    "Lyon Nantes Paris Lille Rennes Genève Montréal Québec London Leeds Bristol Galway Stockholm "
    "København Amsterdam Milano Napoli Porto Łódź Zürich"
).split()
NOTES = (
    "Good first call, **wants a quote** before the end of the month.|"
    "Premier échange : intéressés, mais *pas avant le printemps*.|"
    "Met at the trade show.\n\n- two sites\n- lease ends in March|"
    "Rappeler après le comité. Budget à confirmer.|"
    "Prefers e-mail. Copy purchasing on everything.|"
    "Visite faite, plan reçu, reste l’arrivée d’eau."
).split("|")
TASKS = (
    "Call back|Rappeler|Send the quote|Envoyer le devis|Site visit|Visite du site|Follow up|"
    "Relancer"
).split("|")
