"""Use cases that only write down that they were called, or fail in a chosen way."""
