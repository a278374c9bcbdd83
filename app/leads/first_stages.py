"""The stages that a new instance starts with, one for each meaning: what it is called, and for how many days a lead may
stand there without a word from either side. From then on the owner keeps them in the database.
"""

from app.leads.stages import Stage

FIRST_STAGES = (
    (Stage.NEW, "Ny", "New", 1),
    (Stage.CONTACTED, "Kontaktad", "Contacted", 7),
    (Stage.CONSULTATION, "Konsultation", "Consultation", 7),
    (Stage.TRIAL, "Provperiod", "Trial", 10),
    (Stage.DECISION, "Beslut", "Decision", 14),
    (Stage.WON, "Vunnen", "Won", None),
    (Stage.LOST, "Förlorad", "Lost", None),
    (Stage.RESTING, "Vilande", "Resting", None),
)
"""In the order that a lead walks them."""
