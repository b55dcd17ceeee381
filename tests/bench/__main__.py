"""`python -m tests.bench [part …]` runs the named parts, or all of them."""

import sys

from tests.bench import imports, ledger, login, names, order_page, pdf, search, subscriptions, weight
from tests.bench.table import show

PARTS = {
    "names": names.measure,
    "pdf": pdf.measure,
    "login": login.measure,
    "imports": imports.measure,
    "ledger": ledger.measure,
    "search": search.measure,
    "generation": subscriptions.measure_generation,
    "subscriptions": subscriptions.measure_list,
    "weight": weight.measure,
    "order_page": order_page.measure,
}

chosen = sys.argv[1:] or list(PARTS)
if unknown := set(chosen) - set(PARTS):
    sys.exit(f"no such part: {', '.join(sorted(unknown))}; there are {', '.join(PARTS)}")
rows = []
for part in chosen:
    print(f"measuring {part} …", file=sys.stderr, flush=True)
    rows += PARTS[part]()
show(rows)
