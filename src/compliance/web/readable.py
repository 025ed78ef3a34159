"""What is asked, to be read by everybody: questionnaires, what changed between versions, standards, words."""

from collections.abc import Callable, Iterator, Mapping
from itertools import groupby

from compliance.domain.questionnaire import CHANGE_CLASSES, Fact, Item, Questionnaire, carry_over, differences
from compliance.usecases.deed import Deed
from compliance.usecases.printed_forms import PrintedForm, forms_of
from compliance.usecases.public_pages import mapped_standards, open_versions, words_about_abuse
from compliance.usecases.questionnaires import list_questionnaires, show_version
from compliance.usecases.shelf import NoSuchVersion, Shelf, Version
from compliance.web.page import Download, Go, Page, View, Visit
from compliance.words import say_condition, speaker
from compliance.words.changes import Piece, change_pieces, texts_in

ONE = "/questionnaires/{reference}"


def show_questionnaires(deed: Deed, visit: Visit) -> View:
    """Every version, by sector."""
    del visit
    versions = list_questionnaires(deed)
    sectors = [(name, list(reversed(list(each)))) for name, each in groupby(versions, key=lambda each: each.name)]
    return View(template="questionnaire_list.html", context={"sectors": sectors})


def show_questionnaire(deed: Deed, visit: Visit) -> View:
    """A version with everything that it asks, made to be printed too.

    Raises:
        NoSuchVersion: it was never published here.
    """
    version = deed.means.shelf.named(visit["reference"])
    asked, is_reviewed = _translated(deed, visit, version)
    others = [each.copy for each in deed.means.shelf.versions()
              if each.copy.name == version.copy.name and each.copy.digest != version.copy.digest]  # fmt: skip
    kept_by = (version.copy.digest, *(each.digest for each in others))
    return View(template="questionnaire_shown.html", kept_by=kept_by, context={
        "version": show_version(version, deed), "questionnaire": asked, "is_reviewed": is_reviewed, "others": others,
        "conditions": _conditions(asked),
    })  # fmt: skip


def _translated(deed: Deed, visit: Visit, version: Version) -> tuple[Questionnaire, bool]:
    return deed.means.shelf.translated(version.copy.digest, visit.query.get("language", visit.language)[:12])


def _conditions(asked: Questionnaire) -> dict[str, str]:
    """Id → when it is asked, in words; what is always asked is left out."""
    says = speaker(asked.language)
    found: dict[str, str] = {}
    parts: tuple[Fact | Item, ...] = (*asked.facts, *asked.items)
    for part in parts:
        condition = getattr(part, "asked_if", None) or getattr(part, "applies_if", None)
        if condition is not None:
            found[part.id] = say_condition(says, condition, asked)
    return found


def show_changes(deed: Deed, visit: Visit) -> View | Go:
    """What changed from an earlier version, and what becomes of answers. `?from=` names it; else the one before.

    Raises:
        NoSuchVersion: one of the two was never published here, or they are of different questionnaires.
    """
    shelf = deed.means.shelf
    version = shelf.named(visit["reference"])
    family = [each for each in shelf.versions() if each.copy.name == version.copy.name]
    named = visit.query.get("from")
    if named is not None:
        before = shelf.named(named)
        if before.copy.name != version.copy.name:
            raise NoSuchVersion
    else:
        place = next(at for at, each in enumerate(family) if each.copy.digest == version.copy.digest)
        before = family[place - 1] if place else None
    context: dict[str, object] = {"version": version.copy, "before": before.copy if before else None}
    if before is not None:
        context |= _changes(shelf, before.copy.digest, version.copy.digest, visit.language)
    return View(template="questionnaire_changes.html", context=context)


def _changes(shelf: Shelf, before: str, after: str, language: str) -> dict[str, object]:
    old, new = shelf.questionnaire(before), shelf.questionnaire(after)
    # Classes are those of the originals, whatever a translation says.
    changes = differences(old, new)
    old_texts, new_texts = (texts_in(each, shelf.translated(digest, language)[0])
                            for each, digest in ((old, before), (new, after)))  # fmt: skip
    by_kind: Mapping[str, list[tuple[Piece, ...]]] = {
        kind: [change_pieces(each, language, old=old_texts, new=new_texts) for each in changes if each.kind == kind]
        for kind in CHANGE_CLASSES
    }
    return {"changes": {kind: said for kind, said in by_kind.items() if said}, "carry": carry_over(old, new),
            "written_in": new.language}  # fmt: skip


def download_form(deed: Deed, visit: Visit) -> Download:
    """The form to print and fill in by hand.

    Raises:
        NoSuchVersion: it was never published here.
    """
    forms = _forms(deed, visit)
    return Download(chunks=_later(forms.pdf), media_type="application/pdf", name=f"{forms.name}.pdf", is_shown=True)


def download_sheet(deed: Deed, visit: Visit) -> Download:
    """The form as a spreadsheet.

    Raises:
        NoSuchVersion: it was never published here.
    """
    forms = _forms(deed, visit)
    return Download(chunks=_later(forms.sheet), name=f"{forms.name}.xlsx",
                    media_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")  # fmt: skip


def _forms(deed: Deed, visit: Visit) -> PrintedForm:
    return forms_of(deed, visit["reference"], visit.query.get("language", visit.language)[:12])


def _later(draw: Callable[[], bytes]) -> Iterator[bytes]:
    """Drawn when the transaction has ended: nobody waits for a drawing."""
    yield draw()


def show_standards(deed: Deed, visit: Visit) -> View:
    """The standards that items map to."""
    del visit
    kept_by = (deed.means.registers, *(each.copy.digest for each in open_versions(deed)))
    return View(template="questionnaire_standards.html", kept_by=kept_by, context={"standards": mapped_standards(deed)})


def show_glossary(deed: Deed, visit: Visit) -> View:
    """Words that we use, and words that we do not."""
    del visit
    return View(template="questionnaire_glossary.html", kept_by=deed.means.registers or "shipped",
                context={"glossary": words_about_abuse(deed)})  # fmt: skip


PAGES = (
    Page(path="/questionnaires", show=show_questionnaires, access="anyone"),
    Page(path=ONE, show=show_questionnaire, access="anyone"),
    Page(path=f"{ONE}/changes", show=show_changes, access="anyone"),
    Page(path=f"{ONE}/form", show=download_form, access="anyone"),
    Page(path=f"{ONE}/sheet", show=download_sheet, access="anyone"),
    Page(path="/standards", show=show_standards, access="anyone"),
    Page(path="/glossary", show=show_glossary, access="anyone"),
)
