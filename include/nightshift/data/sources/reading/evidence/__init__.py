"""What a file says about itself: its header, its vendor, its columns, its numbers, its days."""
