-- Airflow's own database, made once, beside Blotter's on the same server.
CREATE DATABASE airflow;
