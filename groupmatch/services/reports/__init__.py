"""Reports on a program: months of its past, who waits now, and whether people get better."""
