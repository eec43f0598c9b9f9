"""HTTP: the calls of the protocol as a web server gives them, turns and limits, health, figures."""
