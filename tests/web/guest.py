"""Visits pages as a browser without scripts does: follows links, fills forms in, keeps cookies, reads what is shown."""

from urllib.parse import urljoin, urlsplit

import pytest
from litestar.testing import TestClient
from lxml import html


class Shown:
    """A page that came back."""

    def __init__(self, guest, answer):
        self.guest = guest
        self.answer = answer
        self.status = answer.status_code
        self.path = answer.url.raw_path.decode()
        self.tree = html.fromstring(answer.content) if "html" in answer.headers.get("content-type", "") else None

    def __repr__(self):
        return f"<{self.status} {self.path}: {self.heading}>"

    @property
    def title(self):
        return " ".join(self.tree.findtext(".//title").split())

    @property
    def heading(self):
        found = self.tree.xpath("//h1") if self.tree is not None else []
        return " ".join(found[0].text_content().split()) if found else ""

    @property
    def text(self):
        """What can be read on the page itself, header and footer apart."""
        return " ".join(self.tree.xpath("//main")[0].text_content().split())

    @property
    def mistakes(self):
        """What the summary of mistakes says: (text, id of the field)."""
        return [(" ".join(each.text_content().split()), (each.xpath(".//a/@href") or [""])[0].lstrip("#"))
                for each in self.tree.xpath("//*[contains(@class, 'govuk-error-summary__list')]/li")]  # fmt: skip

    @property
    def links(self):
        """Every address that the page links to, on this service."""
        found = (urljoin(self.path, each) for each in self.tree.xpath("//a/@href"))
        return [each for each in found if not urlsplit(each).scheme]

    @property
    def forms(self):
        return self.tree.forms

    def form(self, action=None):
        """The form that goes to an address ending so; without one, the first in the page itself that is sent by post."""
        for each in self.tree.forms:
            if each.method == "POST" and (action is None or urlsplit(each.action or self.path).path.endswith(action)):
                return each
        pytest.fail(f"no form for {action} on {self!r}")

    def follow(self, text):
        """Follow the link that says this."""
        for each in self.tree.xpath("//a"):
            if " ".join(each.text_content().split()) == text:
                return self.guest.open(urljoin(self.path, each.get("href")))
        pytest.fail(f"no link {text!r} on {self!r}")

    def send(self, action=None, press=None, **fields):
        """Fill a form in and send it as a browser does. `press` is (name, value) of the button, where there are many.

        A field is given as its text, as a list for boxes, or None to leave it empty.
        """
        form = self.form(action)
        for name, value in fields.items():
            field = form.inputs[name]  # raises KeyError where there is no such field
            if isinstance(value, list):
                for box in form.xpath(f".//input[@name='{name}']"):
                    box.checked = box.get("value") in value
            else:
                field.value = value
        pairs = [(name, value) for name, value in form.form_values() if value is not None]
        if press:
            pairs.append(press)
        data = {}
        for name, value in pairs:
            data.setdefault(name, []).append(value)
        return self.guest.post(urljoin(self.path, form.action or self.path), data)


class Guest:
    """A browser without scripts, with its own cookies."""

    def __init__(self, app, **where):
        self.client = TestClient(app, **where)
        self.client.headers.update({"accept": "text/html", "user-agent": "Test browser"})

    def open(self, path):
        return Shown(self, self.client.get(path))

    def post(self, path, data, **headers):
        return Shown(self, self.client.post(path, data=data, headers={"sec-fetch-site": "same-origin", **headers}))

    def speak(self, language):
        self.client.cookies.set("language", language)
        return self

    def log_in(self, email, password):
        return self.open("/log-in").send("/log-in", email=email, password=password)
