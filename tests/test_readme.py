"""The READMEs say what is: their commands exist, their links lead somewhere, their outputs are printed."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from command import ROOT, planqa
from readme import READMES, printed, shown

DOCUMENTS = [
    *READMES,
    "corpus/README.md",
    "index/README.md",
    "evaluation/README.md",
    "CHANGELOG.md",
]


def text_of(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", READMES)
def test_the_two_commands_come_first(name: str) -> None:
    assert re.findall(r"^    make (\w+)", text_of(name), re.MULTILINE) == ["chat", "test"]
    assert text_of(name).index("make chat") < text_of(name).index("planqa ask")


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_target_of_make_that_is_named_exists(name: str) -> None:
    targets = re.findall(r"^(\w+):", text_of("Makefile"), re.MULTILINE)
    assert set(re.findall(r"(?:^    |`)make (\w+)", text_of(name), re.MULTILINE)) <= set(targets)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_command_and_option_that_is_named_exists(name: str) -> None:
    lines = re.findall(
        r"(?:`|^ +|\$ |bin/|Scripts\\)planqa ([a-z]+\b[^`\n]*)", text_of(name), re.MULTILINE
    )
    helps = {command: planqa(command, "--help") for command in {line.split()[0] for line in lines}}
    assert {command for command, shown in helps.items() if shown.status != 0} == set()
    for line in lines:
        for option in re.findall(r"--[a-z-]+", line):
            assert option in helps[line.split()[0]].out, line


@pytest.mark.parametrize("name", READMES)
def test_every_command_of_planqa_is_named(name: str) -> None:
    _, commands = planqa().out.split("Commands:\n")
    for command in re.findall(r"^  (\w+)  ", commands.split("\n\n")[0], re.MULTILINE):
        assert f"`planqa {command}" in text_of(name)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_link_to_a_file_leads_to_one(name: str) -> None:
    for target in re.findall(r"\]\((?!https?:)([^)#]+)", text_of(name)):
        assert ((ROOT / name).parent / target).exists(), target


def test_both_languages_show_the_same_code_and_have_the_same_sections() -> None:
    english, chinese = map(text_of, READMES)
    fence = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
    assert fence.findall(english) == fence.findall(chinese)
    headings = [
        re.findall(r"^#+(?= )", fence.sub("", text), re.MULTILINE) for text in (english, chinese)
    ]
    assert headings[0] == headings[1]
    rows = [re.findall(r"^\| `planqa (\w+)", text, re.MULTILINE) for text in (english, chinese)]
    assert rows[0] == rows[1]


def test_the_corpus_is_what_its_readme_says() -> None:
    import hashlib

    for line in text_of("corpus/README.md").splitlines():
        if found := re.fullmatch(r"\| (\S+\.txt) \| .* \| `([0-9a-f]{64})` \|", line):
            data = (ROOT / "corpus" / found[1]).read_bytes()
            assert hashlib.sha256(data).hexdigest() == found[2]
            break
    else:
        pytest.fail("no file is named")


@pytest.mark.slow
def test_the_answer_that_is_shown_is_printed(corpus_index: Path) -> None:
    """Answer and first citation: how further ones rank may depend on the processor's arithmetic."""
    (command,) = (each for each in shown("README.md") if each.startswith("ask"))
    said, now = (
        text.strip().split("\n\n")
        for text in (shown("README.md")[command], printed(command, corpus_index))
    )
    assert said[:2] == now[:2]


@pytest.mark.slow
def test_the_figures_that_are_shown_are_measured(corpus_index: Path) -> None:
    """Within .05: processors differ in their arithmetic."""
    (command,) = (each for each in shown("README.md") if each.startswith("evaluate"))
    figures = re.compile(r"^([a-zA-Z@0-9 ]+?) +([01]\.\d+) .* (\d+)$", re.MULTILINE)
    said = figures.findall(shown("README.md")[command])
    measured = figures.findall(printed(command, corpus_index))
    assert [(name, n) for name, _, n in said] == [(name, n) for name, _, n in measured]
    assert len(said) > 8
    for (name, value, _), (_, now, _) in zip(said, measured, strict=True):
        assert abs(float(value) - float(now)) <= 0.05, name


@pytest.mark.slow
def test_the_lines_of_python_that_are_shown_run(
    corpus_index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (code,) = re.findall(r"```python\n(.*?)```", text_of("README.md"), re.DOTALL)
    monkeypatch.chdir(corpus_index.parent)
    (corpus_index.parent / "corpus").symlink_to(ROOT / "corpus")
    names: dict[str, object] = {}
    exec(code, names)  # noqa: S102 - the README's own lines
    assert "1106.7亿元" in names["answer"].text  # type: ignore[attr-defined]
