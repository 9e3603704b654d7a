"""What the formats share: options, fields, offsets, losses, writing of files."""
