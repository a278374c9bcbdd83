"""Why leads are lost: the list that a new instance starts with. From then on the owner keeps it in the database."""

NOT_RIGHT = ("Inte rätt för besvären", "Not right for the condition")
FIRST_LOST_REASONS = (
    ("För dyrt", "Too expensive"),
    NOT_RIGHT,
    ("Vården eller veterinären avrådde", "Advised against by doctor or vet"),
    ("Köpte något annat", "Bought something else"),
    ("Gick inte att nå", "Could not be reached"),
    ("Bestämde sig för att vänta", "Decided to wait"),
    ("Något annat", "Something else"),
)
