"""A year of simulated life of the demo program, through the services that people use.

`year` lives it day by day at a pretended time; `invariants` holds every step to what must always
be true; `report` tells what came of it, beside the same year under first-come-first-served.
"""
