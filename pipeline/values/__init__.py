"""What a Thai value is: pure functions from a typed cell to a value, its status and the repairs made."""
