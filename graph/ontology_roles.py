"""The roles that types, relationship types, kinds and chains may have in ontology.yaml: what code asks for, and why."""

# What the program does with entities of a type; a type has the roles of its parents too.
TYPES = {
    "person": "holds posts; has a personal name",
    "organisation": "commands, makes, sells; its name may end in a legal form",
    "company": "a business that sells, and that others may hide behind",
    "plant": "makes goods; a chain misses its superior where none is known",
    "state": "sends and receives arms; what lists name as country, nationality or flag becomes one",
    "authority": "lists others; what lists name as the one who lists becomes one",
    "place": "where something lies",
    "address": "what lists give as an address becomes one",
    "port": "where a shipment leaves or arrives",
    "waypoint": "may stand on a route",
    "carrier": "carries shipments",
    "ship": "its name may begin with M/V; has an IMO number",
    "aircraft": "its registration is an aircraft's",
    "goods": "is made, sold and carried",
    "weapon": "goods of which a chain misses the maker where none is known",
    "component": "goods of which others are made",
    "commodity": "goods in which others pay",
    "event": "happens, and is of a kind",
    "conflict": "where goods are used",
    "programme": "is directed and paid for",
    "hub": "joins everything with everything, so that a path through it explains little",
    "other": "what no other type fits becomes one",
}
KINDS = {
    "shipment": "goods on their way to a receiver",
    "payment": "what a receiver gives for them",
    "encounter": "people come together, and nothing goes from one to the other",
}
# What the program does with relationships of a type; words are from the source's side.
RELATIONSHIPS = {
    "superior": "stands under",
    "post": "holds a post in",
    "affiliation": "belongs to, as a person does to an organisation",
    "membership": "is one of, as a plant of a group of plants",
    "order": "gave an order to",
    "sponsorship": "directs or pays, as an organisation does for a programme",
    "production": "makes",
    "sale": "sells",
    "use": "uses",
    "supply": "supplies",
    "component": "is a part of",
    "origin": "comes from",
    "transfer": "sends arms to",
    "sender": "was sent by, as an event",
    "receiver": "was received by, as an event",
    "cargo": "carries",
    "carriage": "was carried by, as an event",
    "departure": "leaves from",
    "arrival": "arrives at",
    "participation": "took part in, as a carrier in a shipment",
    "route": "is joined with, as places on a way",
    "deployment": "is used in, as a weapon in a conflict",
    "provision": "gives in return",
    "payment": "pays",
    "funding": "pays for, as a return for a programme",
    "control": "owns or manages",
    "representation": "stands for another",
    "designation": "is listed by",
    "location": "lies in; where an address belongs",
    "country": "belongs to a state",
    "flag": "flies the flag of",
    "identity": "may be the same as",
    "link": "is somehow linked to; what no other relationship fits becomes one",
}
CHAINS = {
    "thin": "its lines are drawn thinner",
    "beside": "accompanies a chain of transfer without being part of it, and is hidden in one at first",
    "idle": "joins no one with a designated party when the nearest is looked for",
    "unasked": "paths use its lines only when asked to",
}
# Roles that must be given: code makes entities and claims of them. Of several the first in the file is made.
NEEDED_TYPES = ("person", "organisation", "state", "authority", "address", "other")
NEEDED_RELATIONSHIPS = ("designation", "post", "location", "identity", "link")
ORDERS = ("rank", "posts")
