"""The JSON schema of a scenario file, for editors that complete and check as one writes (draft 2020-12)."""

from __future__ import annotations

from typing import Any

from scenarios.changes import ACTIONS
from scenarios.mix import PARTS
from scenarios.scenario import file_schema, library

DRAFT = "https://json-schema.org/draft/2020-12/schema"
FILE = "scenario.schema.json"  # beside the scenario files that name it
MONTH = r"^\d{4}-(0[1-9]|1[0-2])$"
KEYS = {
    "title": "what it is called, in a few words",
    "question": "what is asked, in a sentence",
    "author": "who asks",
    "date": "day of the decision, from which notice is counted",
    "levers": "for the reader: which levers it pulls",
    "evidence": "for the reader: what is known of their effect, and from where",
    "baseline": "scenario that it rests on and is held against: one of the library, or a file beside this one",
    "area": "municipality: a folder of the data",
    "until": "last month of the run, a December",
    "draws": "of parameters and paths, in mirrored pairs; more narrow the error, not the spread",
    "replications": "of people's luck, for each draw",
    "seed": "same seed, same people and luck",
    "path": "of recipients: own (statistical), or outlook, which grows as the ministry says of the country",
    "shocks": "factors on arrivals and exits in stated months",
    "law": "answers to open questions of the law: kuntaosuus law show switches",
    "window": "budget years that the answer is about; the rows of all years hold them alone",
    "services": "simulate caseworkers, services and vacancies; false is quicker, and leaves them in the hazards",
    "changes": "of services, prices, pay and budget, on top of the baseline's",
}
"""What each key of a file is, in the order in which a new one has them."""
OF_CHANGE = {
    "at": f"dotted path: a file ({', '.join(PARTS)}), then its keys",
    "from": "first day; for dated values, and for the end of a contract",
    "until": "last day; the day after, what the file says returns",
    "value": "this instead",
    "times": "each value in force is multiplied by it",
    "add": "each value in force gets it on top",
    "new": "a whole entry that is not there yet, such as a contract or an amended appropriation",
    "remove": "ends a contract: from is the first day without it",
    "why": "the reason, which becomes the source of the value",
}
OF_SPAN = {
    "since": "first month, such as 2027-03", "from": "first month, such as 2027-03",
    "until": "last month, such as 2027-12", "arrivals": "factor on those who come", "outflow": "factor on all exits",
}


def scenario_schema() -> dict[str, Any]:
    """The schema, with descriptions, alternatives of open questions, and names of the library as examples."""
    schema = file_schema().model_json_schema()
    parts = schema["$defs"]
    for answer in parts["Answers"]["properties"].values():
        del answer["title"]
    _describe(schema, KEYS)
    _describe(parts["Change"], OF_CHANGE)
    for name in ("Shock", "Window"):
        _describe(parts[name], OF_SPAN)
        for key in {"since", "from", "until"} & parts[name]["properties"].keys():
            parts[name]["properties"][key]["pattern"] = MONTH
    parts["Change"]["oneOf"] = [{"required": [action]} for action in ACTIONS]
    properties = schema["properties"]
    properties["baseline"]["examples"] = library()
    properties["until"]["anyOf"][0]["pattern"] = r"^\d{4}-12$"
    return {"$schema": DRAFT, **schema, "title": "Kuntaosuus scenario",
            "description": "What is asked, and what differs from its baseline. docs/scenarios.md has it in full."}


def _describe(part: dict[str, Any], meanings: dict[str, str]) -> None:
    for key, described in part["properties"].items():
        described.pop("title", None)
        described["description"] = meanings[key]
