"""Metrobook: a research compendium about metropolitan areas, as a reproducible book."""

import pandas as pd

__version__ = "0.1.0"

# Arrow would turn marked-up text in a column into plain text, and escape it a second time.
pd.set_option("mode.string_storage", "python")
