"""Browsers in a few words, for the list of places where somebody is logged in."""

BROWSERS = (
    ("Edg", "Edge"), ("OPR/", "Opera"), ("SamsungBrowser/", "Samsung Internet"), ("UCBrowser/", "UC Browser"),
    ("Firefox/", "Firefox"), ("FxiOS/", "Firefox"), ("CriOS/", "Chrome"), ("Chrome/", "Chrome"), ("Safari/", "Safari"),
)  # fmt: skip
"""What a browser sends, and its name; the first that is found counts, since most claim to be several."""
SYSTEMS = (
    ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"), ("CrOS", "ChromeOS"),
    ("Macintosh", "Mac"), ("Linux", "Linux"),
)  # fmt: skip
LONGEST = 120


def name_device(user_agent: str) -> str:
    """`Chrome, Android`; what was sent, where nothing in it is known."""
    browser = next((name for mark, name in BROWSERS if mark in user_agent), None)
    system = next((name for mark, name in SYSTEMS if mark in user_agent), None)
    found = [each for each in (browser, system) if each is not None]
    return ", ".join(found) or "".join(each for each in user_agent if each.isprintable())[:LONGEST]
