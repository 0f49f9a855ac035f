"""`python -m groupmatch` is the `groupmatch` command."""

from groupmatch.cli import main

main()
