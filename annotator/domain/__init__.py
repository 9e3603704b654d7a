"""What an annotation is: pure Python on the standard library, imported by every other part."""
