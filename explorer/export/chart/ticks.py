"""Where an axis has its marks: round numbers and the first days of months. Pure."""

from datetime import date, timedelta
from math import ceil, floor, log10

TICKS = 6


def list_round_numbers(low: float, high: float) -> list[float]:
    """Some round numbers between two."""
    step = 10 ** floor(log10((high - low or 1) / TICKS))
    step *= next((m for m in (1, 2, 5) if (high - low) / (step * m) <= TICKS), 10)
    return [round(n * step, 10) for n in range(ceil(low / step), floor(high / step) + 1)]


def list_round_days(low: str, high: str) -> list[date]:
    """The first days of some months between two days; of a short time some days."""
    first, last = date.fromisoformat(low), date.fromisoformat(high)
    months = [
        date(first.year + (first.month + n - 1) // 12, (first.month + n - 1) % 12 + 1, 1)
        for n in range((last.year - first.year) * 12 + last.month - first.month + 1)
    ]
    inside = [day for day in months if first <= day <= last]
    if len(inside) < 2:
        span = max(1, (last - first).days // 4)
        return [first + timedelta(days=n * span) for n in range(1, 4)]
    every = next(n for n in (1, 2, 3, 6, 12, 24, 60, 120, 600, len(inside)) if len(inside) / n <= TICKS + 1)
    return [day for day in inside if ((day.year * 12 + day.month - 1) % every == 0)] or inside[:1]


def format_month(day: date) -> str:
    """A day as an axis shows it: its month, where it is the first one of it."""
    return day.strftime("%b %Y") if day.day == 1 else f"{day.day} {day.strftime('%b %Y')}"


def format_number(value: float) -> str:
    """A number as an axis shows it."""
    return f"{value:,.10g}" if value != int(value) else f"{int(value):,}"
