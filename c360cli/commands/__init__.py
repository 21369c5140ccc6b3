"""What c360 understands, one file a command: words in, one action, words out."""
