"""The ledger: numbers facts, grows their Merkle tree, signs its heads, proves and verifies."""
