"""Enquiries: somebody wrote to us, and we answer."""
