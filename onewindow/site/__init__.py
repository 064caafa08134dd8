"""Settings, address table, wiring, command line and the embedded database: where the rooms become a program."""
