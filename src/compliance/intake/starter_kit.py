"""The starter kit's files → structs."""

from pathlib import Path as FilePath

from compliance.domain.questionnaire.starter_kit import KIT_NAMES, KitDocument
from compliance.errors import NotFound, Problem
from compliance.intake.library import RegisterInvalid, read_register


class NoSuchKit(NotFound):
    """The starter kit is not there in that language."""

    code = "kit-unknown"


def read_kit(folder: FilePath, language: str) -> tuple[KitDocument, ...]:
    """The templates of one language, in the kit's order; those that are not translated are left out.

    Raises:
        NoSuchKit: none is there in that language.
        RegisterInvalid: a file's types are wrong, or its name is not what it says it is.
    """
    present = {path.name for path in folder.glob("*.yaml")}
    documents: list[KitDocument] = []
    for name in KIT_NAMES:
        file = f"{name}.{language}.yaml"
        if file not in present:
            continue
        document = read_register(folder / file, KitDocument)
        for given, wanted in ((document.document, name), (document.language, language)):
            if given != wanted:
                where = f"{folder.name}/{file}"
                raise RegisterInvalid([Problem("name-differs", where, {"given": given, "wanted": wanted})])
        documents.append(document)
    if not documents:
        raise NoSuchKit([Problem("kit-unknown", folder.name, {"language": language[:20]})])
    return tuple(documents)
