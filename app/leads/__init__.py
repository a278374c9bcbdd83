"""Leads: one possible sale to one contact, and everything that happened to it."""
