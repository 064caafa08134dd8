"""Event logs: records of other systems read and counted, our own facts written for process mining."""
