"""A file in the envelope that a browser puts around it."""

from tests.world import Answer, Api

BOUNDARY = "x-boundary-x"
MEDIA_TYPE = f"multipart/form-data; boundary={BOUNDARY}"


def head(name: str) -> bytes:
    """What comes before the content."""
    return (
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n'
        "Content-Type: application/octet-stream\r\n\r\n"
    ).encode()


def tail() -> bytes:
    return f"\r\n--{BOUNDARY}--\r\n".encode()


def upload(who: Api, name: str, content: bytes, **headers: str) -> Answer:
    """``POST /files`` as a form sends it."""
    return who("POST", "/files", raw=head(name) + content + tail(), Content_Type=MEDIA_TYPE, **headers)
