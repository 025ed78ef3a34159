"""Writing a translation file: YAML that a person can go on editing, its opening comment kept."""

from pathlib import Path as FilePath
from typing import cast

import msgspec
import yaml

from compliance.domain.questionnaire import Translation
from compliance.errors import Problem
from compliance.intake.lock_file import NotSaved


class _Words(yaml.SafeDumper):
    """Writes `yes` and `no` as the words they are in these files."""


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    # PyYAML would quote yes and no, which are plain words in YAML 1.2; figures stay quoted so that they remain text.
    style = '"' if text.replace(".", "").isdigit() else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)  # pyright: ignore[reportUnknownMemberType]


_Words.add_representer(str, _text)


def write_translation(path: FilePath, translation: Translation) -> None:
    """Write a translation aside and put it in place at once.

    Raises:
        NotSaved: nothing can be written there.
    """
    comment = [line for line in path.read_text(encoding="utf-8").splitlines() if line.startswith("#")]
    if translation.reviewed == "yes":
        comment = [line for line in comment if "not reviewed" not in line.lower()]
    plain = _without_nothing(msgspec.to_builtins(translation))
    text = yaml.dump(plain, Dumper=_Words, allow_unicode=True, sort_keys=False, width=110)
    text = text.replace("reviewed: 'no'\n", "reviewed: no\n").replace("reviewed: 'yes'\n", "reviewed: yes\n")
    aside = path.with_name(path.name + ".new")
    try:
        aside.write_text("".join(f"{line}\n" for line in comment) + text, encoding="utf-8")
        aside.replace(path)
    except OSError as error:
        aside.unlink(missing_ok=True)
        facts = {"reason": error.strerror or type(error).__name__}
        raise NotSaved([Problem("output-unwritable", path.name, facts)]) from None


def _without_nothing(value: object) -> object:
    if isinstance(value, dict):
        pairs = cast("dict[str, object]", value).items()
        return {key: _without_nothing(each) for key, each in pairs if each is not None and each != {}}
    if isinstance(value, list | tuple):
        return [_without_nothing(each) for each in cast("list[object]", value)]
    return value
