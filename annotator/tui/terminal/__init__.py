"""The terminal itself: pasting, clipboard, leaving it clean, patches of Textual."""
