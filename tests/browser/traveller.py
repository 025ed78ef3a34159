"""Somebody in front of a browser: opens pages, fills forms in by the names of their fields, presses the one big button."""

from browsing import is_too_wide, picture, violations
from playwright.sync_api import expect


class Traveller:
    """One browser page, whose every new page is looked at: accessible, not too wide, a picture kept."""

    def __init__(self, page, url, *, prefix, has_script=True, looks=True):
        self.page = page
        self.url = url
        self._prefix = prefix
        self._looks = looks
        self._has_script = has_script

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

    def look(self, name, *, refused=False):
        """Keep a picture, and let axe look: no violation. `refused`: the page says that something is wrong."""
        if not self._looks:
            return self
        picture(self.page, f"{self._prefix}-{name}")
        assert violations(self.page) == [], name
        assert not is_too_wide(self.page), f"{name} scrolls sideways"
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

    def press(self, action=None):
        """Send the form of the page (the one that goes to an address ending so) with its first button."""
        form = self.page.locator(f'main form[action$="{action}"]' if action else 'main form[method="post"]').first
        with self.page.expect_response(lambda answer: answer.request.method == "POST"):
            form.locator('button[type="submit"]').first.click()
        self.page.wait_for_load_state("networkidle")
        if self._has_script:  # htmx has put the answer into the page
            expect(self.page.locator(".htmx-request, .htmx-swapping, .htmx-settling")).to_have_count(0)
            self.page.wait_for_timeout(50)
        return self
