"""Users, grants, devices: who may do what, who signs in, who changes whom."""
