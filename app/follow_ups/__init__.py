"""Follow-ups: what is owed to a lead next, and when."""
