"""A little site of its own with which the tests look at a web server whose database goes away."""
