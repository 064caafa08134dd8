"""What a person calls the thing they sit at: browser and system, out of the user agent, which is not kept."""

from __future__ import annotations

from onewindow.base.factors.passkeys import Site

_BROWSERS = (
    ("MicroMessenger", "微信"),
    ("DingTalk", "钉钉"),
    ("Edg", "Edge"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
_SYSTEMS = (
    ("HarmonyOS", "HarmonyOS"),
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)


def device_of(user_agent: str) -> str:
    """Such as ``Chrome · Windows``; of a program the first word of its own name, empty when it tells none."""
    browser = next((name for mark, name in _BROWSERS if mark in user_agent), "")
    system = next((name for mark, name in _SYSTEMS if mark in user_agent), "")
    if browser or system:
        return " · ".join(part for part in (browser, system) if part)
    words = user_agent.split()
    name = words[0].partition("/")[0][:30] if words else ""
    return name if name.isascii() and name.replace("-", "").replace("_", "").isalnum() else ""


def site_of(host: str, *, is_secure: bool) -> Site:
    """The place of passkeys, from the host as the browser names it (checked against the hosts served)."""
    name = host if host.endswith("]") else host.rpartition(":")[0] or host
    return Site(host=name, origin=f"{'https' if is_secure else 'http'}://{host}")
