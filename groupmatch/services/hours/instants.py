"""Instants as people read them."""

from datetime import datetime
from zoneinfo import ZoneInfo


def in_words(instant: datetime, zone: str) -> str:
    """An instant on somebody's clock: "Monday, November 23, 6:05 pm EST"."""
    local = instant.astimezone(ZoneInfo(zone))
    half = "am" if local.hour < 12 else "pm"
    return f"{local:%A, %B} {local.day}, {local.hour % 12 or 12}:{local:%M} {half} {local:%Z}"
