"""Reads of ratings, tickets and complaints; none of them tells who spoke."""
