"""What touches the world: database, vault, keys, folders, Presidio, Airflow's web server.

Each module speaks to one of them, and what a library raises becomes an error of ours here. Nothing
in this room may decide what is public or what becomes of a record; use cases call it.
"""
