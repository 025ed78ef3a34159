"""Everything by keyboard, and at twice the size: nobody needs a mouse, good eyes or a large screen."""

import pytest
from browsing import is_too_wide, opened, picture
from filled import start, submit
from traveller import Traveller

from visitor import PASSWORD

SQLITE = pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
MOST_STOPS = 60
SEEN = """() => {
  // Whether it is on the screen, and drawn otherwise than without the focus. Radios and boxes are drawn by their label.
  const at = document.activeElement;
  const label = at.nextElementSibling;
  const isDrawnByLabel = label && /(radios|checkboxes)__label/.test(label.className);
  const drawn = () => {
    const style = isDrawnByLabel ? getComputedStyle(label, '::before') : getComputedStyle(at);
    const outline = style.outlineColor === 'rgba(0, 0, 0, 0)' ? 'none' : `${style.outlineStyle} ${style.outlineWidth}`;
    return [outline, style.boxShadow, style.backgroundColor].join();
  };
  const box = at.getBoundingClientRect();
  const withFocus = drawn();
  at.blur();
  const without = drawn();
  at.focus();
  return box.width > 0 && box.bottom > 0 && box.top < innerHeight && withFocus !== without;
}"""
NAME = """() => { const at = document.activeElement;
  return at.name || at.id || at.innerText.replace(/\\s+/g, ' ').trim().slice(0, 60) }"""


class Keyboard(Traveller):
    """Somebody who has put the mouse away."""

    def tab_to(self, wanted):
        """Go on from stop to stop until the one that has this name or says this; each is seen to be the one."""
        stops = []
        for _ in range(MOST_STOPS):
            self.page.keyboard.press("Tab")
            stops.append(self.page.evaluate(NAME))
            assert self.page.evaluate(SEEN), f"nobody sees where they are: {stops[-1]} on {self.path}"
            if stops[-1] == wanted:
                return self
        pytest.fail(f"no way to {wanted!r} on {self.path}: {stops}")

    def type(self, text):
        self.page.keyboard.type(text)
        return self

    def hit(self, key):
        self.page.keyboard.press(key)
        return self

    def send(self, key="Enter"):
        with self.new_page():
            self.page.keyboard.press(key)
        return self

    @property
    def focused(self):
        return self.page.evaluate("document.activeElement.className")


@pytest.fixture
def keyboard(chromium, url):
    context = opened(chromium, url)
    yield Keyboard(context.new_page(), url, prefix="keyboard")
    context.close()


@SQLITE
def test_an_answer_is_given_with_the_keyboard_only(service, keyboard):
    manager = service.visitor("Sok Dara")
    manager.begin()
    draft = f"{manager.at}/assessments/{start(manager)}"
    me = keyboard.go("/log-in")

    me.tab_to("email").type(manager.email).tab_to("password").type("not this one").send()
    assert me.page.title().startswith("Error: ")
    assert "govuk-error-summary" in me.focused
    me.go("/log-in")
    me.tab_to("email").type(manager.email).tab_to("password").type(PASSWORD).tab_to("Log in").send()
    assert "/log-in" not in me.path

    me.go(f"{draft}/items/CORE-01")
    me.hit("Tab")
    assert me.page.evaluate(NAME) == "Skip to main content"
    assert me.page.evaluate(SEEN)
    me.hit("Enter")
    assert me.page.evaluate("document.activeElement.id") == "main-content"

    # Nothing chosen: what is wrong is read out first, and leads to the field.
    me.tab_to("Save and continue").send()
    assert me.page.title().startswith("Error: ")
    assert "govuk-error-summary" in me.focused
    me.hit("Tab").hit("Enter")
    assert me.page.evaluate(NAME) == "CORE-01.value"

    # From the first choice down to the third, and on to the button.
    me.hit("Space").hit("ArrowDown").hit("ArrowDown")
    assert me.page.locator('[name="CORE-01.value"]:checked').get_attribute("value") == "2"
    assert me.page.evaluate(SEEN)
    picture(me.page, "keyboard-choice")
    me.tab_to("Save and continue").send()
    assert me.path == f"{draft}/items/CORE-02"
    assert not me.page.title().startswith("Error: ")
    kept = manager.must("GET", draft)["answers"]["CORE-01"]["answer"]
    assert kept["value"] == 2


@SQLITE
def test_pages_at_twice_the_size_need_no_scrolling_sideways(service, chromium, url):
    manager = service.visitor("Sok Dara")
    manager.begin()
    submitted = f"{manager.at}/assessments/{submit(manager)}"
    draft = f"{manager.at}/assessments/{start(manager)}"
    task = manager.must("GET", f"{submitted}/plan")["tasks"][0]["id"]
    context = opened(chromium, url, size={"width": 640, "height": 450}, device_scale_factor=2)
    me = Traveller(context.new_page(), url, prefix="twice").log_in(manager.email, PASSWORD)
    for name, path in {
        "item": f"{draft}/items/CORE-01",
        "tasks": draft,
        "result": f"{submitted}/result",
        "plan": f"{submitted}/plan",
        "task": f"{submitted}/tasks/{task}",
    }.items():
        me.go(path)
        picture(me.page, f"twice-{name}")
        assert not is_too_wide(me.page), f"{name} scrolls sideways"
    context.close()
