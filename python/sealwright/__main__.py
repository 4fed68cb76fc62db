"""`python -m sealwright`: the command."""

from .cli import main

main()
