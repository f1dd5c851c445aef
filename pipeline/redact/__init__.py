"""Takes everything private out of an incident's texts, or holds the incident."""
