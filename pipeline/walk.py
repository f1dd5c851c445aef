"""The whole way of a record, on one page."""
