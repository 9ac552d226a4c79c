"""The local Neo4j that we start ourselves: its files, its process, its watchdog, backups, and how to reach it."""
