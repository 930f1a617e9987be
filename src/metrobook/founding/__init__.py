"""Founding: a study of one's own, from its first files to the next thing to do."""
