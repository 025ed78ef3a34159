"""Published questionnaires, whole, by digest: a receipt can be recomputed for ever."""

from datetime import datetime

import msgspec
from sqlalchemy import Connection, insert, select, update

from compliance.domain.questionnaire import Questionnaire, StateChange
from compliance.store.racing import first_come
from compliance.store.rows import Row, columns, read_row
from compliance.store.tables import assessments as tables


class Copy(msgspec.Struct, frozen=True, kw_only=True):
    """A version as it was copied."""

    digest: str
    name: str
    version: str
    structure: str
    title: str
    language: str
    states: tuple[StateChange, ...]

    @property
    def reference(self) -> str:
        """Name and version."""
        return f"{self.name}@{self.version}"


class TranslatedCopy(msgspec.Struct, frozen=True, kw_only=True):
    """A translation of a version."""

    questionnaire_digest: str
    language: str
    digest: str
    is_reviewed: bool


class Questionnaires:
    """Rows of `questionnaires` and `translations`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def every(self) -> list[Copy]:
        """All versions, by name and day."""
        table = tables.questionnaires
        rows = self._connection.execute(select(table).order_by(table.c.name, table.c.copied_at, table.c.version)).all()
        return [_copy(columns(row)) for row in rows]

    def document(self, digest: str) -> Questionnaire | None:
        """A version by digest."""
        table = tables.questionnaires
        text = self._connection.execute(select(table.c.document).where(table.c.digest == digest)).scalar()
        return None if text is None else msgspec.json.decode(text, type=Questionnaire)

    def translations(self) -> list[TranslatedCopy]:
        """All translations."""
        table = tables.translations
        rows = self._connection.execute(
            select(table.c.questionnaire_digest, table.c.language, table.c.digest, table.c.is_reviewed)
        ).all()
        return [TranslatedCopy(**columns(row)) for row in rows]

    def translation(self, digest: str, language: str) -> Questionnaire | None:
        """A version in a language."""
        table = tables.translations
        text = self._connection.execute(
            select(table.c.document).where(table.c.questionnaire_digest == digest, table.c.language == language)
        ).scalar()
        return None if text is None else msgspec.json.decode(text, type=Questionnaire)

    def add(self, copy: Copy, questionnaire: Questionnaire, *, now: datetime) -> None:
        """A new version.

        Raises:
            TryAgain: another process that started at the same time was faster.
        """
        values = msgspec.structs.asdict(copy)
        values["states"] = msgspec.json.encode(copy.states).decode()
        document = msgspec.json.encode(questionnaire).decode()
        with first_come():
            self._connection.execute(insert(tables.questionnaires).values(**values, document=document, copied_at=now))

    def set_states(self, digest: str, states: tuple[StateChange, ...]) -> None:
        """The states of a version change; the version itself never does."""
        table = tables.questionnaires
        text = msgspec.json.encode(states).decode()
        self._connection.execute(update(table).where(table.c.digest == digest).values(states=text))

    def put_translation(self, copy: TranslatedCopy, questionnaire: Questionnaire, *, now: datetime) -> None:
        """Put a translation, in place of an earlier revision of it.

        Raises:
            TryAgain: another process that started at the same time was faster.
        """
        table = tables.translations
        where = (table.c.questionnaire_digest == copy.questionnaire_digest, table.c.language == copy.language)
        self._connection.execute(table.delete().where(*where))
        document = msgspec.json.encode(questionnaire).decode()
        with first_come():
            self._connection.execute(
                insert(table).values(**msgspec.structs.asdict(copy), document=document, copied_at=now)
            )


def _copy(row: Row) -> Copy:
    return read_row(Copy, row, states=msgspec.json.decode(row["states"], type=tuple[StateChange, ...]))
