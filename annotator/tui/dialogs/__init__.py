"""Dialogs over a screen: entry, picker, key sheet, guidelines."""
