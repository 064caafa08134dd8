"""A year of a city's cases, made in bulk through the rules of the deeds and written by COPY."""
