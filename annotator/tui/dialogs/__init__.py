"""Boxes over a screen: a line, the form, the palette, the key sheet, the guidelines."""
