"""Ways out of the house: mail and SMS."""
