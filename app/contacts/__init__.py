"""Contacts: people, whom their matters are about, and what they allowed."""
