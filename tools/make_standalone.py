"""Puts sentences, Khmer letters and the digests of its own script and style into the page that checks certificates alone.

    python tools/make_standalone.py            after a change of its script, its style or a sentence in `words`
    python tools/make_standalone.py --check    change nothing; exit status 1 where it is not up to date

The page itself, src/compliance/web/standalone/verify.html, is written by hand.
"""

import base64
import hashlib
import json
import re
import sys
from pathlib import Path

from compliance.words.speaker import CATALOGUES

WEB = Path(__file__).resolve().parents[1] / "src" / "compliance" / "web"
PAGE = WEB / "standalone" / "verify.html"
WEIGHTS = {"regular": 400, "bold": 700}
STEPS = ("readable", "number", "keys", "signature", "claim", "inclusion", "checkpoints", "key-times", "status", "days",
         "witnesses")  # fmt: skip
SAID = re.compile(rf"alone-.*|verify-(?:{'|'.join(STEPS)}|state|verdict|list)(?:-.*)?")


def words() -> str:
    """The sentences that the page says, by language; nothing in them ends its element."""
    said = {language: {key: text for key, text in sorted(sentences.items()) if SAID.fullmatch(key)}
            for language, sentences in CATALOGUES.items()}  # fmt: skip
    return json.dumps(said, ensure_ascii=False, indent=0).replace("<", "\\u003c")


def fonts() -> str:
    """Khmer letters, as data: not every laptop has them, and the page may ask nobody. Latin ones are everywhere."""
    faces: list[str] = []
    for name, weight in WEIGHTS.items():
        data = base64.b64encode((WEB / "static" / "fonts" / f"noto-sans-khmer-{name}.woff2").read_bytes()).decode()
        faces.append('@font-face { font-family: "Khmer of this page"; font-style: normal; '
                     f"font-weight: {weight}; src: url(data:font/woff2;base64,{data}) }}\n")  # fmt: skip
    return "".join(faces)


def digest(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def made(page: str) -> str:
    """The page with what belongs into it."""
    page = re.sub(r'(?s)(?<=id="words">).*?(?=</script>)', lambda _: words(), page)
    page = re.sub(r"(?s)(?<=puts them in \*/\n).*?(?=/\* end of fonts)", lambda _: fonts(), page, count=1)
    script = re.search(r"(?s)<script>(.*?)</script>", page)
    style = re.search(r"(?s)<style>(.*?)</style>", page)
    assert script is not None
    assert style is not None
    page = re.sub(r"script-src '[^']*'", lambda _: f"script-src {digest(script[1])}", page, count=1)
    return re.sub(r"style-src '[^']*'", lambda _: f"style-src {digest(style[1])}", page, count=1)


def main(arguments: list[str]) -> int:
    before = PAGE.read_text(encoding="utf-8")
    after = made(before)
    if arguments == ["--check"]:
        return int(before != after)
    PAGE.write_text(after, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
