"""The database: the driver, the schema, writing and validating, and databases that are not ours."""
