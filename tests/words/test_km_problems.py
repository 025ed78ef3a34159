"""Khmer says no problem and no refusal that English does not know, with the same facts, and in Khmer letters."""

import ast
import re
import string
from pathlib import Path
from typing import get_args

import pytest

from compliance.domain.actor import Role
from compliance.domain.assessment.draft import AnswerSource
from compliance.domain.assessment.states import AssessmentState
from compliance.domain.certificate.status import CertificateStatus
from compliance.domain.questionnaire.model import EvidenceForm, EvidenceLevel, YesNo
from compliance.domain.remediation.life import TaskState
from compliance.errors import Conflict, Problem, Refusal
from compliance.usecases.invitations import InvitationState
from compliance.words import km_problems, say_problem
from compliance.words.en_problems import PROBLEMS
from compliance.words.km_facts import FACTS
from compliance.words.speaker import VOCABULARIES, say_refusal

SOURCE = Path(__file__).resolve().parents[2] / "src" / "compliance"
FORMATS = frozenset(
    {"PDF", "PNG", "JPEG", "WebP", "odt", "ods", "odp", "docx", "xlsx", "pptx", "CSV", "UTF", "U", "KiB", "MiB"}
)
EXAMPLES = ("sha256:", "hotel.example", "www.hotel.example", "name@example.org", "https://", "CP-7QF4-M2XF", "KH")
"""What is typed just so, in any language."""
SENTENCES = {
    **{f"problem {code}": sentence for code, sentence in km_problems.PROBLEMS.items()},
    **{f"refusal {code}": sentence for code, sentence in km_problems.REFUSALS.items()},
}


def placeholders(sentence: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name}


def refusals_in_the_source() -> set[str]:
    """Every class's own `code`; read from the text, since not every room is imported by another."""
    return {
        stated.value.value
        for path in SOURCE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ClassDef)
        for stated in node.body
        if isinstance(stated, ast.Assign | ast.AnnAssign) and isinstance(stated.value, ast.Constant)
        for target in (stated.targets if isinstance(stated, ast.Assign) else [stated.target])
        if isinstance(target, ast.Name) and target.id == "code"
    }


def test_every_problem_is_one_of_english():
    assert sorted(km_problems.PROBLEMS.keys() - PROBLEMS.keys()) == []


def test_every_refusal_is_one_of_the_source():
    assert sorted(km_problems.REFUSALS.keys() - refusals_in_the_source()) == []


@pytest.mark.parametrize("code", km_problems.PROBLEMS)
def test_every_problem_has_the_placeholders_of_english(code):
    assert placeholders(km_problems.PROBLEMS[code]) == placeholders(PROBLEMS[code])


@pytest.mark.parametrize("code", km_problems.PROBLEMS)
def test_every_problem_says_its_facts(code):
    facts = {name: f"<{name}>" for name in placeholders(PROBLEMS[code])}
    said = say_problem(Problem(code, "somewhere", facts), "km")
    assert all(fact in said for fact in facts.values())
    assert not set("{}") & set(said)


def test_no_refusal_has_placeholders_because_nothing_fills_them_in():
    assert [code for code, sentence in km_problems.REFUSALS.items() if placeholders(sentence)] == []


@pytest.mark.parametrize("name", SENTENCES)
def test_every_sentence_is_khmer_and_whole(name):
    sentence = re.sub(r"\{[^}]*\}", "", SENTENCES[name])
    for example in sorted(EXAMPLES, key=len, reverse=True):
        sentence = sentence.replace(example, "")
    assert set(re.findall(r"[A-Za-z]+", sentence)) <= FORMATS
    assert re.search("[\u1780-\u17ff]", sentence)
    assert SENTENCES[name].endswith("។")
    assert SENTENCES[name] == " ".join(SENTENCES[name].split())


@pytest.mark.parametrize("name", SENTENCES)
def test_no_sentence_holds_an_invisible_character(name):
    assert not re.search("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]", SENTENCES[name])


def test_a_refusal_without_a_khmer_sentence_is_said_in_english():
    class Unheard(Conflict):
        """Nobody has translated this."""

        code = "unheard-in-khmer"

    refusal: Refusal = Unheard()
    assert say_refusal(refusal, "km") == "Nobody has translated this."


def test_a_problem_without_a_khmer_sentence_is_said_in_english():
    assert "yaml-key" not in km_problems.PROBLEMS
    assert say_problem(Problem("yaml-key", "somewhere"), "km") == PROBLEMS["yaml-key"]


def said_by(call: str, module: str) -> set[str]:
    """The first argument of every such call in a module, where it is a literal."""
    tree = ast.parse((SOURCE / module).read_text(encoding="utf-8"))
    return {
        node.args[0].value
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == call
        and node.args
        and isinstance(node.args[0], ast.Constant)
    }


def test_every_reason_why_a_file_is_refused_is_said_in_khmer():
    assert said_by("_broken", "intake/media_types.py") == FACTS["file"].keys()
    sheets = said_by("refused", "intake/workbooks.py") | said_by("refused", "intake/spreadsheets.py")
    assert sheets | said_by("refused", "intake/translation_sheet.py") == FACTS["workbook"].keys()


@pytest.mark.parametrize(("vocabulary", "words"), [
    ("assessment", get_args(AssessmentState)), ("task", get_args(TaskState)),
    ("certificate", get_args(CertificateStatus)), ("invitation", get_args(InvitationState)),
    ("source", get_args(AnswerSource)), ("role", get_args(Role)),
])  # fmt: skip
def test_every_word_of_a_closed_list_is_said_in_khmer(vocabulary, words):
    assert FACTS[vocabulary].keys() == set(words)


@pytest.mark.parametrize("word", [*get_args(EvidenceLevel), *get_args(EvidenceForm), *get_args(YesNo)])
def test_every_word_of_an_answer_is_said_in_khmer(word):
    assert word in FACTS["answer"]


def test_every_vocabulary_is_that_of_a_fact_which_its_problem_names():
    for (code, name), vocabulary in VOCABULARIES.items():
        assert name in placeholders(PROBLEMS[code])
        assert code in km_problems.PROBLEMS
        assert vocabulary in FACTS


@pytest.mark.parametrize(("problem", "facts"), [
    (Problem("assessment-state", "", {"state": "in_review", "needed": "draft, returned"}),
     ("«កំពុងពិនិត្យ»", "សេចក្តីព្រាង, បានបញ្ជូនមកវិញដើម្បីបំភ្លឺ")),
    (Problem("task-step", "", {"before": "verified", "after": "open"}), ("«បានផ្ទៀងផ្ទាត់»", "«មិនទាន់ធ្វើ»")),
    (Problem("evidence-form", "", {"id": "CORE-01", "form": "record", "given": "file"}), ("«កំណត់ត្រា»", "«ឯកសារ»")),
    (Problem("wrong-kind", "", {"wanted": "a whole number or text", "given": "a list"}), ("ចំនួនគត់ ឬ អត្ថបទ", "បញ្ជី")),
    (Problem("not-a-spreadsheet", "", {"reason": "it cannot be opened (BadZipFile)"}), ("វាមិនអាចបើកបានទេ (BadZipFile)",)),
    (Problem("file-broken", "", {"reason": "it is cut off, or something stands after its end"}), ("វាដាច់",)),
])  # fmt: skip
def test_words_of_ours_in_a_problem_are_said_in_khmer(problem, facts):
    said = say_problem(problem, "km")
    assert all(fact in said for fact in facts)
    assert set(re.findall("[A-Za-z]+", said)) <= {"CORE", "BadZipFile"}


@pytest.mark.parametrize("given", ["“yes or no”", "“nothing”", "“a list, text”"])
def test_what_somebody_wrote_is_quoted_as_it_is(given):
    assert given in say_problem(Problem("value-yes-no", "", {"id": "CORE-01", "given": given}), "km")


def test_english_names_states_as_the_interface_for_programs_does():
    assert "in_review" in say_problem(Problem("assessment-state", "", {"state": "in_review", "needed": "draft"}))
