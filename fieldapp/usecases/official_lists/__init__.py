"""Official lists, from what is ready to the agency's answer."""
