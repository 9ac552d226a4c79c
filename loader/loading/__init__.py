"""From records to the database: staging, checks, diff with what is stored, writing, rejects."""
