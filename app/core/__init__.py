"""What every feature stands on and no feature owns: storage, clock, secrets, access, screen words."""
