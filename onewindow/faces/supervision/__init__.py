"""The face of those who watch: supervisors, the centre's office, and heads for what concerns their organ."""
