"""What attackers type, a tab that notices when any of it comes alive, and a site of theirs."""

import json
from urllib.parse import quote

from browsing import ARGUMENTS, opened

EVIL, HOTEL = "evil.example", "hotel.example"
"""Names that the browser of these tests finds on this machine, whatever the port."""
NAMES = [*ARGUMENTS, f"--host-resolver-rules=MAP {EVIL} 127.0.0.1, MAP {HOTEL} 127.0.0.1"]
PAYLOADS = (
    '<img src=x onerror="__hit=1">',
    '"><svg onload=__hit=1>',
    "'-alert(1)-'",
    "javascript:__hit=1",
    "{{7*7}}",
    "</title></textarea></script><script>__hit=1</script>",
)
ALL = "javascript:__hit=1//'-alert(1)-'\"></title><img src=x onerror=__hit=1>{{7*7}}"
"""Everything in one, short enough for the shortest field."""
_WATCH = """
window.__stopped = [];
document.addEventListener('securitypolicyviolation', (event) => {
  window.__stopped.push(`${event.violatedDirective}: ${event.blockedURI} ${event.sample}`);
});
"""
_LOOK = """() => {
  const wrong = window.__stopped.map((each) => `the policy had to stop ${each}`);
  if (window.__hit !== undefined) wrong.push('a script ran');
  for (const each of document.querySelectorAll('*')) {
    for (const { name, value } of each.attributes) {
      if (name.startsWith('on')) wrong.push(`${each.tagName} has ${name}`);
      if (/^(href|src|action|formaction|hx-\\w+)$/.test(name) && /^\\s*(javascript|data|vbscript):/i.test(value)) {
        wrong.push(`${each.tagName} leads to ${value}`);
      }
    }
  }
  for (const each of document.querySelectorAll('img[src="x"], script:not([src]), title ~ title, textarea + script')) {
    wrong.push(`${each.outerHTML} became part of the page`);
  }
  const fields = [...document.querySelectorAll('input, textarea')].map((each) => each.value);
  return [wrong, [document.title, document.body.textContent, ...fields].join(' ')];
}"""


class Tab:
    """A tab in which nothing that was typed may come alive: `alarms` holds what did, with its page."""

    def __init__(self, chromium, url, *, session=None, language="en"):
        self.context = opened(chromium, url, language=language)
        if session is not None:
            self.context.add_cookies([{"name": "session", "value": session, "url": url}])
        self.context.add_init_script(_WATCH)
        self.page = self.context.new_page()
        self.url = url
        self.alarms = []
        self.page.on("dialog", self._dismiss)
        self.page.on("pageerror", lambda fault: self._note(f"a script broke: {fault}"))
        self.page.on("console", lambda said: self._note(said.text) if "Security Policy" in said.text else None)

    def _note(self, what):
        self.alarms.append(f"{self.page.url}: {what}")

    def _dismiss(self, dialog):
        self._note(f"a dialog said {dialog.message}")
        dialog.dismiss()

    def read(self, path, *, status=200):
        """Open a page of ours; everything that can be read on it, folded away or in fields, each blank as one."""
        answer = self.page.goto(self.url + path)
        assert status is None or answer.status == status, f"{path}: {answer.status}"
        return self.look()

    def look(self):
        """The same of the page that stands here."""
        wrong, text = self.page.evaluate(_LOOK)
        for each in wrong:
            self._note(each)
        return " ".join(text.split())

    def close(self):
        self.context.close()


class OtherSite:
    """An application that is not ours: it shows `html` everywhere, and notes what it was asked for."""

    def __init__(self):
        self.html = ""
        self.asked = []

    async def __call__(self, scope, receive, send):
        del receive
        assert scope["type"] == "http"
        if scope["path"] != "/favicon.ico":
            self.asked.append(scope["path"])
        headers = [(b"content-type", b"text/html; charset=utf-8")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": self.html.encode()})

    def show_form(self, target, fields, *, enctype="application/x-www-form-urlencoded"):
        """From now on a page that sends a form to us as soon as it is open."""
        inputs = "".join(f"<input name={json.dumps(name)} value={json.dumps(value)}>" for name, value in fields.items())
        self.html = (f"<!doctype html><form method=post enctype='{enctype}' action={json.dumps(target)}>{inputs}</form>"
                     "<script>document.forms[0].submit()</script>")  # fmt: skip

    def show_frames(self, target):
        """From now on a page that shows ours inside itself, in every way that there is."""
        at = json.dumps(target)
        self.html = f"<!doctype html><iframe src={at}></iframe><object data={at}></object><embed src={at}>"


def in_query(text, *names):
    """The query that gives each of the names this text."""
    return "?" + "&".join(f"{name}={quote(text, safe='')}" for name in names)
