"""The life of a case as pure rules: states, decisions, clocks. No Django, no database, no wall clock."""
