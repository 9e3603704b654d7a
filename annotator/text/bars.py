"""How much of something is done, drawn with signs: it is read without any colour."""


def bar(done: int, total: int, cells: int) -> str:
    """A bar of so many cells; full only when all is done, empty only when nothing is."""
    filled = cells if done >= total else max(int(done > 0), done * cells // total)
    return "█" * filled + "░" * (cells - filled)
