"""Filters of the supervision face."""
