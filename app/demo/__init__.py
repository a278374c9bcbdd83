"""Demo: an invented business with a year behind it, to try everything on."""
