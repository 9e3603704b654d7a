"""The time, as it is written everywhere."""

from datetime import UTC, datetime


def now(timespec: str = "milliseconds") -> str:
    """The time as ISO 8601 in UTC, with milliseconds unless asked otherwise."""
    return datetime.now(UTC).isoformat(timespec=timespec).replace("+00:00", "Z")
