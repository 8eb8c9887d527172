"""What passes between scorer and runner: plain data, never pickles."""
