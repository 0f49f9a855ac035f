"""Who must not meet, what leaves the site, what is forgotten."""
