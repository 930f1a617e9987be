"""Development: the dimensions of two cities, their timeline, and how software and duties spread."""
