"""Settings, addresses, wiring, command line and the embedded database: where rooms become a program."""
