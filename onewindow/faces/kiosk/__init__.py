"""The guide on the touch screens of a hall: large type, five choices a screen, nothing to be typed on keys."""
