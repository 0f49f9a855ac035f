"""Members who ask for another group, therapist or time."""
