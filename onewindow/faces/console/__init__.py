"""The console: administrators of system, security and audit; lists for those who watch and who edit items."""
