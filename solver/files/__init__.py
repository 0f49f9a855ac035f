"""The files: how a problem and a solution are read, and what is said of one that cannot be."""
