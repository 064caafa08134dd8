"""Changes of the catalogue on their way through approval (变更申请, handbook 2.7)."""
