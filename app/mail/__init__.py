"""Mail: every message that leaves the house, planned as a row and sent from it."""
