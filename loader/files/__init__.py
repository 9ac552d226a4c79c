"""Files into rows: CSV, XLSX, Parquet, YAML. Nothing here knows what a column means."""
