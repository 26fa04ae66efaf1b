"""The README's examples print what it says, and what it names exists."""

import re
import shlex
from pathlib import Path

import pytest

from verify.cli import COMMANDS, main

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "README.md").read_text()
CONSOLE = "".join(re.findall(r"```console\n(.*?)```", TEXT, flags=re.DOTALL))
EXAMPLES = re.findall(r"^\$ boundlab (.*)\n((?:(?!\$ ).*\n)*)", CONSOLE, flags=re.MULTILINE)


@pytest.mark.parametrize(("words", "printed"), EXAMPLES, ids=[words for words, _ in EXAMPLES])
def test_examples_print_what_the_readme_shows(words, printed, capsys):
    main(shlex.split(words))
    captured = capsys.readouterr()
    found = captured.out + captured.err
    for shown in printed.split("...\n"):
        assert shown in found


def test_files_it_links_to_exist():
    links = re.findall(r"\]\(((?!https?:)[^)]+)\)", TEXT)
    assert links and not [link for link in links if not (ROOT / link).exists()]


def test_commands_it_names_exist():
    named = set(re.findall(r"`boundlab (\w+)", TEXT.replace("\n", " ")))
    assert named and not named - set(COMMANDS)
