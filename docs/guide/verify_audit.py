#!/usr/bin/env python3
"""Checks an exported audit log (audit.jsonl) without Muster.

Usage: python3 verify_audit.py audit.jsonl

Exit code 0 when every entry is as it was sealed and follows the one before, 1 when one is not (the first bad entry is
named), 2 when the file cannot be read. The recipe is in audit-check.md beside this file.
"""

import hashlib
import json
import sys

GENESIS = "0" * 64


def seal(entry):
    """SHA-256 over the fields, each preceded by its length in bytes and a colon."""
    fields = [
        str(entry["seq"]),
        str(entry["made_at_us"]),
        entry["account_id"],
        entry["actor"],
        entry["role"],
        entry["action"],
        entry["words"],
        entry["details"],
        " ".join(entry["subjects"]),
        entry["prev_hash"],
    ]
    digest = hashlib.sha256()
    for field in fields:
        data = field.encode("utf-8")
        digest.update(str(len(data)).encode("ascii") + b":" + data)
    return digest.hexdigest()


def check(lines):
    """The number and seal of the last entry, or a ValueError that names the first bad one."""
    number, previous = 0, GENESIS
    for line in lines:
        if not line.strip():
            continue
        entry = json.loads(line)
        if entry["seq"] != number + 1:
            raise ValueError(f"entry {number + 1} is missing: the next entry is {entry['seq']}")
        if entry["prev_hash"] != previous:
            raise ValueError(f"entry {entry['seq']} does not follow the entry before it")
        if entry["hash"] != seal(entry):
            raise ValueError(f"entry {entry['seq']} was changed after it was sealed")
        number, previous = entry["seq"], entry["hash"]
    return number, previous


def main():
    if len(sys.argv) != 2:
        print(__doc__, file=sys.stderr)
        return 2
    try:
        with open(sys.argv[1], encoding="utf-8") as file:
            number, last = check(file)
    except OSError as problem:
        print(problem, file=sys.stderr)
        return 2
    except (ValueError, KeyError, TypeError) as problem:
        print(f"BAD: {problem}")
        return 1
    print(f"Whole: {number} entries. The last seal is {last}")
    print("Compare it with the last seal shown below the audit log, or with one written down earlier.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
