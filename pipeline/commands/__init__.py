"""What the commands do once their options are parsed: the command line's part that imports the rooms."""
