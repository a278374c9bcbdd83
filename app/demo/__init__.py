"""Demo: an invented business with eight months behind it, to try everything on."""
