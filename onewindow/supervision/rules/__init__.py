"""Pure rules of supervision: what a life of a case tells, which rule it breaks, and when time will."""
