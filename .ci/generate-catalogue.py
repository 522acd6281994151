#!/usr/bin/env python3
# Writes Sources/Budgeting/CatalogueRows.swift from a CSV of list prices: generate-catalogue.py PRICES.csv
"""Columns: model, provider, then USD per million tokens by kind, and the long-context tier (see FIELDS).

Every row of the CSV resolves to its own price afterwards. Spellings of Azure, Bedrock and Vertex that reach a row
with the same price by the changes of ModelSpelling.swift are left out; those with another price stay. `spellings`
below repeats these changes; CatalogueTests checks the two against each other.
"""
import csv
import math
import re
import sys
from decimal import Decimal
from pathlib import Path

RATES = ["input", "output", "cacheRead", "cacheWrite", "cacheWrite1h"]
FIELDS = [r + "USDPerMillion" for r in RATES] + [
    "tierAboveTokens", "tierInput", "tierOutput", "tierCacheRead", "tierCacheWrite"]
HOSTS = ("azure", "bedrock", "vertex")
MAKERS = ["gemini/", "mistral/", "xai/", "deepseek/", "moonshot/", "zai/", "dashscope/", "minimax/"]
SLASH = """openrouter/ litellm_proxy/ models/ anthropic/ openai/ bedrock/converse/ bedrock/invoke/ bedrock/ vertex_ai/
 vertex/ google/ gemini/ azure/global/ azure/global-standard/ azure/ azure_ai/ mistral/ mistralai/ xai/ x-ai/ deepseek/
 moonshot/ moonshotai/ zai/ z-ai/ dashscope/ qwen/ minimax/ groq/""".split()
REGIONS = "us. eu. apac. au. jp. ca. in. global. us-gov.".split()
BEDROCK = """anthropic. openai. amazon. deepseek. google. meta. minimax. mistral. moonshot. moonshotai. nvidia. qwen.
 writer. xai. zai. ai21. cohere.""".split()


def without_prefix(name):
    for prefix in SLASH:
        if name.startswith(prefix) and name != prefix:
            return name[len(prefix):], False
    for region in REGIONS:
        rest = name[len(region):]
        if name.startswith(region) and rest.startswith(tuple(BEDROCK)):
            return rest, True
    for maker in BEDROCK:
        if name.startswith(maker) and name != maker:
            return name[len(maker):], True
    return None


def releases(name, is_bedrock):
    names = [name]
    shorter = re.sub(r"-v\d+:\d+$", "", name)
    if shorter == name and is_bedrock:
        shorter = re.sub(r"-v\d+$", "", name)
    names.append(shorter)
    shorter = re.sub(r"@(default|latest)$", "", shorter).replace("@", "-")
    names.append(shorter)
    names.append(re.sub(r"-(2\d{7}|2\d{3}-\d\d-\d\d|latest)$", "", shorter))
    return list(dict.fromkeys(n for n in names if n))


def spellings(model):
    name, is_bedrock = model.lower(), False
    heads = [name]
    if name.endswith("[1m]"):
        name = name[:-4]
        heads.append(name)
    while (rest := without_prefix(name)) and len(heads) < 8:
        name, is_bedrock = rest[0], is_bedrock or rest[1]
        heads.append(name)
    found = [r for head in heads for r in releases(head, is_bedrock)]
    if "/" not in name:
        found += [maker + r for maker in MAKERS for r in releases(name, is_bedrock)]
    return found


def bare(model):
    name = model.lower().rpartition("/")[2]
    while rest := without_prefix(name):
        name = rest[0]
    return name


def plain(value):
    return "" if value == "" else format(Decimal(value).normalize(), "f")


def select(prices, providers):
    """The rows to keep: all of them but the hosts' that resolve to the same price without."""
    def resolve(model, table):
        return next((table[s] for s in spellings(model) if s in table), None)

    kept = dict(prices)
    for name in sorted(prices, key=lambda n: (-len(n), n)):
        if providers[name].startswith(HOSTS):
            price = kept.pop(name)
            if resolve(name, kept) != price:
                kept[name] = price
    while wrong := [n for n in prices if resolve(n, kept) != prices[n]]:
        for name in wrong:
            kept[name] = prices[name]
    return kept


def families(prices):
    """Conservative estimates, by the rule of Catalogue.conservativeEstimate."""
    by_model = {}
    for name, price in prices.items():
        rates = [Decimal(v) if v else None for v in price[:5]]
        # Free models say nothing; above 200 USD the list has only slips (jais-30b-chat at 3,200).
        if rates[0] and rates[1] and rates[0] <= 200:
            by_model.setdefault(bare(name), []).append(rates)
    # One entry a model: its dearest spelling, kind by kind.
    models = {n: [max((r[k] for r in rows if r[k]), default=None) for k in range(5)] for n, rows in by_model.items()}
    by_words, by_letters = {}, {"*": list(models.values())}
    for name, rates in models.items():
        words = name.split("-")
        if len(words) > 1:
            by_words.setdefault("-".join(words[:2]), []).append(rates)
        if letters := re.match(r"[a-z]+", name):
            by_letters.setdefault(letters[0], []).append(rates)
    estimates = {key: [quantile(rows, k, 10) for k in range(5)] for key, rows in by_words.items()}
    estimates |= {key: [quantile(rows, k, 9) for k in range(5)] for key, rows in by_letters.items()}
    for rates in estimates.values():
        # An hour of cache never costs less than five minutes.
        if rates[3] and rates[4]:
            rates[4] = max(rates[3], rates[4])
    return {key: ["" if r is None else plain(r) for r in rates] for key, rates in estimates.items()}


def quantile(rows, kind, tenths):
    """Nearest rank, over the models that have a price of this kind."""
    values = sorted(r[kind] for r in rows if r[kind])
    return values[math.ceil(len(values) * tenths / 10) - 1] if values else None


def literal(name, rows):
    lines = ["    static let %s: StaticString = \"\"\"" % name]
    lines += ["        " + ",".join([key] + rows[key]).rstrip(",") for key in sorted(rows)]
    return lines + ["        \"\"\""]


def main():
    prices, providers = {}, {}
    with open(sys.argv[1], newline="") as file:
        for row in csv.DictReader(file):
            name = row["model"].lower()
            assert name not in prices and "," not in name, name
            prices[name] = [plain(row[f]) for f in FIELDS]
            providers[name] = row["provider"]
    kept = select(prices, providers)
    groups = families(prices)
    out = ["// The bundled price catalogue: generated by .ci/generate-catalogue.py, not to be edited by hand.", "",
           "/// List prices as text, one row a line, sorted by name; read by ``Catalogue`` where they stand.",
           "enum CatalogueRows {",
           "    /// name, then USD per million tokens: input, output, cache read, cache write, 1-hour cache write; then the",
           "    /// long-context tier: above this many input tokens, input, output, cache read, cache write."]
    out += literal("prices", kept) + [
        "", "    /// The rates for a model without a price: by its first two words, by its leading letters, or `*`."]
    out += literal("families", groups) + ["}", ""]
    path = Path(__file__).resolve().parent.parent / "Sources/Budgeting/CatalogueRows.swift"
    path.write_text("\n".join(out))
    print("%d of %d rows kept, %d families, %d bytes" % (len(kept), len(prices), len(groups), path.stat().st_size))


main()
