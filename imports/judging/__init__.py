"""What each row of a file says and means, and what would become of it."""
