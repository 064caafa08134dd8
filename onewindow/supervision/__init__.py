"""Supervision (电子监察): reads everything, commands nothing; taking it out leaves cases working."""
