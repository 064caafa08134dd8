"""What the served say of the service: ratings (好差评), tickets of bad ones, complaints (效能投诉)."""
