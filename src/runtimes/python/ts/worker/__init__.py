"""The worker process: speaks frames with the server and runs one model's handler."""
