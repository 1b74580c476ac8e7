"""compare.py DIRBRIDGE FILE...: is the JSON Schema of the configuration a schema, and does it say what dirbridge says?

Each FILE is valid to both. Then parts of the files are removed, renamed and replaced by chance: what the schema refuses
dirbridge refuses, and what dirbridge refuses for its type, range, word or name the schema refuses.
"""
import copy
import json
import random
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from jsonschema import Draft202012Validator

ROUNDS = 400
STRUCTURE = re.compile(r": (unknown key|must be (a whole|true or|a number|a text|an? (object|array)|one of|\"))")
VALUES = [None, True, 0, -1, 7, 1.5, 10**12, "", "x", "none", "delete", [], ["x"], [3], {}, {"file": "a"}, {"x": 1},
          {"file": "a", "env": "B"}, {"file": "a", "env": None}, {"enabled": False}, {"mode": "all"}, "auto"]


def plain(text):
    """Without comments and trailing commas; a text may hold either."""
    token = re.compile(r'"(?:[^"\\]|\\.)*"|//[^\n]*')
    text = token.sub(lambda match: "" if match.group().startswith("//") else match.group(), text)
    tail = re.compile(r'"(?:[^"\\]|\\.)*"|,(\s*[}\]])')
    return json.loads(tail.sub(lambda match: match.group(1) or match.group(), text))


def places(value):
    """(container, key) of everything in it."""
    keys = value if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    for key in keys:
        yield value, key
        yield from places(value[key])


def changed(document, chance):
    document = copy.deepcopy(document)
    container, key = chance.choice(list(places(document)))
    way = chance.random()
    if way < 0.2:
        del container[key]
    elif way < 0.3 and isinstance(container, dict):
        container[key + "x"] = container.pop(key)
    else:
        container[key] = copy.deepcopy(chance.choice(VALUES))
    return document


def refusals(program, document, folder):
    """What dirbridge says against it; empty: nothing."""
    file = Path(folder) / "dirbridge.json"
    file.write_text(json.dumps(document))
    done = subprocess.run([program, "config", "show", "--config", file], capture_output=True, text=True, check=False)
    return done.stderr if done.returncode else ""


def main(program, *files):
    schema = json.loads(subprocess.run([program, "config", "schema"], capture_output=True, check=True).stdout)
    Draft202012Validator.check_schema(schema)
    validator = Draft202012Validator(schema)
    documents = [plain(Path(file).read_text()) for file in files]
    differences = refused = 0
    chance = random.Random(1)
    with tempfile.TemporaryDirectory() as folder:
        for document in documents:
            for problem in [*validator.iter_errors(document), *refusals(program, document, folder).splitlines()]:
                sys.exit(f"a file that is right is refused: {problem}")
        for _ in range(ROUNDS):
            document = changed(chance.choice(documents), chance)
            ours = refusals(program, document, folder)
            theirs = [f"{error.json_path}: {error.message[:200]}" for error in validator.iter_errors(document)]
            refused += bool(theirs)
            if bool(theirs) and not ours or STRUCTURE.search(ours) and not theirs:
                differences += 1
                print("dirbridge:", ours or "nothing", "\nthe schema:", theirs or "nothing")
    print(f"{ROUNDS} documents, {refused} refused by the schema, {differences} differences")
    sys.exit(1 if differences or refused < ROUNDS / 4 else 0)


if __name__ == "__main__":
    main(*sys.argv[1:])
