"""Exchange: projects of programs for qualitative analysis, read leniently and written strictly."""
