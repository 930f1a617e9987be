"""``python -m metrobook`` is the command ``metrobook``."""

from metrobook.cli import main

main()
