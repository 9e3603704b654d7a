"""Small widgets that draw lines and repaint only those that changed."""
