"""The arithmetic of customer health: pure functions over plain values, no store, no clock."""
