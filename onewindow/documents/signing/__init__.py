"""Signatures of papers: the instance's certificates, PAdES in the file, time stamps, SM2 beside it."""
