"""Somebody in front of a browser: opens pages, fills forms in by the names of their fields, presses the one big button."""

import re
from contextlib import contextmanager

from browsing import is_too_wide, picture, violations
from playwright.sync_api import expect

_FILL_AND_SEND = """([fields, action]) => {
  // What a hand does, in one step: choose, tick, type, press the first button.
  const main = document.querySelector('main');
  for (const [name, value] of fields) {
    const found = [...document.getElementsByName(name)];
    if (!found.length) throw new Error(`no field ${name} on ${location.pathname}`);
    if (['radio', 'checkbox'].includes(found[0].type)) {
      const box = found.find((each) => each.value === value);
      if (!box) throw new Error(`no choice ${value} for ${name} on ${location.pathname}`);
      if (!box.checked) box.click();
    } else {
      found[0].value = value;
      for (const kind of ['input', 'change']) found[0].dispatchEvent(new Event(kind, { bubbles: true }));
    }
  }
  main.dataset.old = '';
  main.querySelector(`form[action$="${action}"] button[type=submit]`).click();
}"""


class Traveller:
    """One tab of a browser, whose new pages can be looked at: accessible, not too wide, a picture kept."""

    def __init__(self, page, url, *, prefix, has_script=True, takes_pictures=True):
        self.page = page
        self.url = url
        self._prefix = prefix
        self._has_script = has_script
        self._takes_pictures = takes_pictures

    def go(self, path):
        answer = self.page.goto(self.url + path)
        assert answer.status < 400, f"{path}: {answer.status}"
        return self

    @property
    def path(self):
        return self.page.url.removeprefix(self.url)

    @property
    def heading(self):
        return " ".join(self.page.locator("h1").first.inner_text().split())

    @property
    def main(self):
        """What can be read on the page itself, header and footer apart."""
        return " ".join(self.page.locator("main").inner_text().split())

    def log_in(self, email, password):
        self.go("/log-in").fill(email=email, password=password).press()
        assert "/log-in" not in self.path, self.said
        return self

    def look(self, name, *, refused=False):
        """Keep a picture, and let axe look, which needs scripts. `refused`: the page says that something is wrong."""
        if self._takes_pictures:
            picture(self.page, f"{self._prefix}-{name}")
        assert not is_too_wide(self.page), f"{name} scrolls sideways"
        if self._has_script:
            assert violations(self.page) == [], name
        assert refused == (self.page.locator(".govuk-error-summary").count() == 1), f"{name}: {self.said}"
        return self

    @property
    def said(self):
        summary = self.page.locator(".govuk-error-summary")
        return summary.inner_text() if summary.count() else ""

    def fill(self, **fields):
        return self.fill_in(fields)

    def fill_in(self, fields):
        """Fields by name: texts are typed, choices chosen, lists of values ticked, days typed in three fields."""
        for name, value in fields.items():
            self._fill(name, value)
        return self

    def _fill(self, name, value):
        found = self.page.locator(f'[name="{name}"]')
        if hasattr(value, "year"):
            for part in ("day", "month", "year"):
                self.page.locator(f'[name="{name}-{part}"]').fill(str(getattr(value, part)))
            return
        assert found.count(), f"no field {name} on {self.path}"
        kind = found.first.evaluate("field => field.tagName === 'SELECT' ? 'select' : field.type")
        if kind in ("radio", "checkbox"):
            for each in value if isinstance(value, list) else [value]:
                box = self.page.locator(f'[name="{name}"][value="{each}"]')
                assert box.count() == 1, f"no choice {each} for {name} on {self.path}"
                box.check(force=True)
        elif kind == "select":
            found.select_option(value)
        elif kind == "file":
            found.set_input_files(value)
        else:
            found.fill(value)

    def send_at_once(self, action, fields):
        """As `fill_in` and `press`, in one step: for the many pages that are alike, once one was filled in by hand."""
        pairs = []
        for name, value in fields.items():
            if hasattr(value, "year"):
                pairs += [[f"{name}-{part}", str(getattr(value, part))] for part in ("day", "month", "year")]
            else:
                pairs += [[name, str(each)] for each in (value if isinstance(value, list) else [value])]
        self.page.evaluate(_FILL_AND_SEND, [pairs, action])
        self._wait_for_new_page()
        return self

    def open_details(self, text):
        """Open what is folded away."""
        folded = self.page.locator("main details:not([open])", has=self.page.get_by_text(text, exact=True))
        if folded.count():
            folded.locator("summary").click()
        return self

    def press(self, action=None, *, name=None):
        """Send the form of the page (the one that goes to an address ending so) with its first button, or the named."""
        form = self.page.locator(f'main form[action$="{action}"]' if action else 'main form[method="post"]').first
        button = form.get_by_role("button", name=name, exact=True) if name else form.locator('button[type="submit"]')
        with self.new_page():
            button.first.click()
        return self

    def follow(self, text):
        """Follow the link that says this."""
        with self.new_page():
            links = self.page.locator("main a, a.govuk-back-link")
            links.filter(has_text=re.compile(rf"^\s*{re.escape(text)}\s*$")).first.click()
        return self

    @contextmanager
    def new_page(self):
        """Wait until another page stands here, whether the browser opened it or a script put it in."""
        self.page.locator("main").evaluate("main => { main.dataset.old = '' }")
        yield
        self._wait_for_new_page()

    def _wait_for_new_page(self):
        self.page.locator("main:not([data-old])").wait_for()
        self.page.wait_for_load_state("load")
        if self._has_script:
            expect(self.page.locator(".htmx-request, .htmx-swapping, .htmx-settling")).to_have_count(0)
