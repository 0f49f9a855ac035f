"""`python -m tests.bench`: the solver's times beside plain baselines, as a Markdown table."""
