"""Identifiers: each module checks, reads or makes one kind of number or code."""
