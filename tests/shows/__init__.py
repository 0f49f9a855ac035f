"""Long demonstrations that are run by name, not by the test suite: `python -m tests.shows.NAME`."""
