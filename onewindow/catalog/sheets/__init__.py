"""Workbooks of items: read with every bound, laid over what stands, reported cell by cell, written again."""
