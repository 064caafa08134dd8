"""The bulletin (通报) of a month or a year: composed from what supervision counts, published once an edition."""
