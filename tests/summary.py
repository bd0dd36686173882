"""Says in one line how many tests of both languages passed, from their JUnit reports."""

from __future__ import annotations

import sys
import xml.etree.ElementTree as ET


def main(reports: list[str]) -> int:
    """Print the line; return 1 if a test failed or a report holds none."""
    total = failed = skipped = 0
    empty = []
    for report in reports:
        root = ET.parse(report).getroot()  # noqa: S314 - written by our own test run
        suites = [root] if root.tag == "testsuite" else root.findall("testsuite")
        count = sum(int(suite.get("tests", 0)) for suite in suites)
        if count == 0:
            empty.append(report)
        total += count
        failed += sum(int(s.get("failures", 0)) + int(s.get("errors", 0)) for s in suites)
        skipped += sum(int(suite.get("skipped", 0)) for suite in suites)
    for report in empty:
        sys.stdout.write(f"no test ran in {report}\n")
    sys.stdout.write(f"{total - failed - skipped} passed, {failed} failed, {skipped} skipped\n")
    return 1 if failed or empty else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
