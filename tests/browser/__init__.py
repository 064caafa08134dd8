"""The product as people meet it: in Chromium, on a web server of its own with the demonstration city."""
