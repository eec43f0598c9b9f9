"""Where people live: house numbers and wards."""
