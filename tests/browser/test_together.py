"""Two people of one business answer the same question in the same minute: nobody's work is lost."""

import pytest
from browsing import opened
from filled import start
from traveller import Traveller

from visitor import PASSWORD

NOTE_OF_DARA, NOTE_OF_THIDA = "The owner signed it in June.", "Only the front office knows of it."


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
@pytest.mark.parametrize("has_script", [True, False], ids=["scripts", "no-scripts"])
def test_two_people_answer_the_same_question_and_nothing_is_lost(service, url, chromium, has_script):
    owner = service.visitor("Sok Dara")
    owner.begin()
    draft = f"{owner.at}/assessments/{start(owner)}"
    colleague = owner.invite("Chan Thida", "contributor")
    dara, thida = (
        Traveller(opened(chromium, url, java_script_enabled=has_script).new_page(), url, prefix=f"together-{name}",
                  has_script=has_script).log_in(person.email, PASSWORD)
        for name, person in (("dara", owner), ("thida", colleague))
    )  # fmt: skip
    item = f"{draft}/items/CORE-01"
    dara.go(item).fill_in({"CORE-01.value": "3", "CORE-01.note": NOTE_OF_DARA})
    thida.go(item).fill_in({"CORE-01.value": "1", "CORE-01.note": NOTE_OF_THIDA})

    dara.press()
    assert dara.path == f"{draft}/items/CORE-02"
    thida.press().look("conflict")

    # Both answers stand beside each other, and what was typed is still in the form.
    assert thida.heading == "Somebody else answered meanwhile"
    theirs, mine = (
        thida.page.locator(f"section[aria-labelledby={which}]").inner_text() for which in ("theirs", "mine")
    )
    assert NOTE_OF_DARA in theirs
    assert "Sok Dara" in theirs
    assert NOTE_OF_THIDA in mine
    assert thida.page.locator('[name="CORE-01.note"]').input_value() == NOTE_OF_THIDA
    assert thida.page.locator('[name="CORE-01.value"][value="1"]').is_checked()
    assert owner.must("GET", f"{draft}")["answers"]["CORE-01"]["answer"]["note"] == NOTE_OF_DARA

    # Having read it, she saves hers in its place; his stays readable to both.
    thida.press(name="Save and continue")
    assert thida.path == f"{draft}/items/CORE-02"
    for person in (dara, thida):
        person.go(item).look("afterwards")
        assert "Chan Thida" in person.main
        assert person.page.locator('[name="CORE-01.note"]').input_value() == NOTE_OF_THIDA
        person.open_details("1 earlier answer")
        assert NOTE_OF_DARA in person.main
        person.page.context.close()


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_who_came_second_keeps_the_answer_of_who_came_first(service, url, chromium):
    owner = service.visitor("Sok Dara")
    owner.begin()
    assessment = start(owner)
    item = f"{owner.at}/assessments/{assessment}/items/CORE-01"
    me = Traveller(opened(chromium, url).new_page(), url, prefix="together-keeps").log_in(owner.email, PASSWORD)
    me.go(item).fill_in({"CORE-01.value": "1"})
    owner.must(
        "PUT", f"{owner.at}/assessments/{assessment}/answers/CORE-01", json={"value": 3}, headers={"if-none-match": "*"}
    )
    me.press().follow("Keep their answer")
    assert me.path == item
    assert me.page.locator('[name="CORE-01.value"][value="3"]').is_checked()
    assert owner.must("GET", f"{owner.at}/assessments/{assessment}")["answers"]["CORE-01"]["revision"] == 1
    me.page.context.close()
