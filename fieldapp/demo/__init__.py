"""An invented town and the stories told with it. Nobody in here is real."""
