"""Triangulation: stances by technique, verdicts on the claims, and what they add up to."""
