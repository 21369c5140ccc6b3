"""What c360 does, one file an action, without click: this is the Python API."""
