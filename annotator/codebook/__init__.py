"""A scheme that changes: its parts by name, its source edited, two of its versions compared."""
