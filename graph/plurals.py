"""Numbers of things in words, with the noun in the right number."""


def format_count(count: int, one: str, more: str) -> str:
    """A number of things, such as "1 row" or "2,000 rows"."""
    return f"{count:,} {one if count == 1 else more}"
