"""Imports: data of other places and programs, brought into the tables and layers of a study."""
