"""What happens to people, and what it costs."""
