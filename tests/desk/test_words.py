from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from babel.messages.extract import extract
from babel.messages.pofile import read_po

import pipeline
from pipeline.desk.page import TEMPLATES, environment
from pipeline.desk.words import LOCALE, choose, words_in


def messages() -> Iterator[object]:
    """Yield every message the templates say, plural ones as pairs."""
    for path in sorted(TEMPLATES.glob("*.html")):
        with path.open("rb") as file:
            options = {"extensions": "jinja2.ext.i18n", "trimmed": "true"}
            for _, message, _, _ in extract("jinja2", file, options=options):
                yield tuple(message[:2]) if isinstance(message, tuple) else message


def test_every_string_is_there_in_spanish_with_the_same_values_in_it() -> None:
    with (LOCALE / "es.po").open("rb") as file:
        table = {m.id: m.string for m in read_po(file) if m.id}
    said = set(messages())
    assert len(said) > 120
    assert {message for message in said if message not in table} == set()
    for message in said:
        forms = table[message]
        pairs = (
            [(message, forms)]
            if isinstance(message, str)
            else list(zip(message, forms, strict=True))
        )
        for english, spanish in pairs:
            assert spanish
            assert sorted(re.findall(r"%\(\w+\)s", english)) == sorted(
                re.findall(r"%\(\w+\)s", str(spanish))
            )
    assert set(table) == said


def test_a_page_speaks_the_language_somebody_chose_or_the_browser_accepts() -> None:
    assert choose("es", "en") == "es"
    assert choose("", "fr, es-MX;q=0.8, en;q=0.5") == "es"
    assert choose("", "fr") == "en"
    assert words_in("es").gettext("Queue") == "Cola"
    assert environment("es") is environment("es")


PACKAGE = Path(pipeline.__file__).parent
RAISED = {"Refused", "Conflict", "VaultFailure"}


def reached() -> Iterator[Path]:
    """Yield the modules that the desk imports, itself and through others."""
    todo, seen = [*(PACKAGE / "desk").rglob("*.py")], set[Path]()
    while todo:
        path = todo.pop()
        if path in seen:
            continue
        seen.add(path)
        yield path
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("pipeline."):
                base = PACKAGE.parent / str(node.module).replace(".", "/")
                inside = [base / f"{each.name}.py" for each in node.names]
                found = [base.with_suffix(".py"), base / "__init__.py", *inside]
                todo += [each for each in found if each.is_file()]


def sentences() -> Iterator[str]:
    """Yield what use cases, rooms and their forms raise, ``{}`` for what a sentence names."""
    rooms = ("usecases", "desk", "publish", "model")
    for path in reached():
        if path.relative_to(PACKAGE).parts[0] not in rooms:
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call) and node.exc.args:
                name, said = node.exc.func, node.exc.args[0]
                if isinstance(name, ast.Name) and name.id in RAISED:
                    if isinstance(said, ast.Constant):
                        yield str(said.value)
                    elif isinstance(said, ast.JoinedStr):
                        parts = said.values
                        yield "".join(
                            str(p.value) if isinstance(p, ast.Constant) else "{}" for p in parts
                        )


def test_every_sentence_that_is_raised_is_there_in_spanish() -> None:
    with (LOCALE / "es.errors.po").open("rb") as file:
        table = {str(m.id): str(m.string) for m in read_po(file) if m.id}
    said = set(sentences())
    assert len(said) > 120
    assert said - set(table) == set()
    assert [k for k, v in table.items() if not v or k.count("{}") != v.count("{}")] == []


def test_a_sentence_keeps_what_it_names_and_others_stay_as_they_are() -> None:
    spanish = words_in("es")
    assert spanish.told("elm-bluff is not paused") == "elm-bluff no está en pausa"
    assert spanish.told("the leak check found: phone, <b>; change the text") == (
        "el control de fugas halló: phone, <b>; cambie el texto"
    )
    assert spanish.told("choose a reason") == "elija un motivo"
    assert spanish.told("a sentence nobody knows") == "a sentence nobody knows"
    assert words_in("en").told("choose a reason") == "choose a reason"
