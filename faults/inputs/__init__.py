"""Hostile inputs to the whole of the API and to the forms of the pages: seeded, over plain sockets."""
