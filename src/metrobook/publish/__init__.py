"""What leaves the house: the books, put together as one site."""
