"""What a page says, section by section, as facts."""
