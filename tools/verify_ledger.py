"""Verifies an export of the OneWindow ledger: one file, Python's standard library and `cryptography` only.

    python3 verify_ledger.py EXPORT_DIR [--key HEX] [--heads FILE]
    python3 verify_ledger.py CASE_PROOF.json [--key HEX]

The second form checks the proof of one case, as its applicant may download it.

`--key` is the platform's public key (64 hex digits) as you got it elsewhere: without it the key of the export
itself is believed. `--heads` is a file of heads that you kept (lines as in heads.jsonl): each must fit.
Prints one line for each finding (code, place, sentence) and a summary; exit status 0 when there is none.

It shares no code with the platform: what is hashed, signed and compared is written down here once more.
"""

import argparse
import hashlib
import json
import sys
from datetime import datetime, timezone
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

HEAD_PREFIX = b"onewindow-tree-head-v1\n"
LINK_PREFIX = b"onewindow-key-link-v1\n"
MANIFEST_PREFIX = b"onewindow-export-v1\n"
MOST_SHOWN = 1000
ROW_STREAMS = ("attendance", "conduct-note", "appraisal", "bulletin")
ROW_FILES = ("staff.jsonl", "bulletins.jsonl")


def sha256(data):
    return hashlib.sha256(data).digest()


def canonical(value):
    """JSON with sorted keys, no spaces, UTF-8: the form in which everything is hashed."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def leaf_hash(fact):
    """SHA-256(0x00 || head || SHA-256(salt || body)): the head is public, the body is not."""
    head = canonical({name: fact[name] for name in ("at", "seq", "stream", "subject", "type")})
    body = canonical({name: fact[name] for name in ("actor", "organ", "role")}) + canonical(fact["data"])
    return sha256(b"\0" + head + sha256(bytes.fromhex(fact["salt"]) + body))


class Tree:
    """The growing Merkle tree of RFC 6962: heads of its complete subtrees, largest first."""

    def __init__(self):
        self.size = 0
        self.parts = []

    def append(self, leaf):
        size = self.size
        while size & 1:
            leaf = sha256(b"\1" + self.parts.pop() + leaf)
            size >>= 1
        self.parts.append(leaf)
        self.size += 1

    def root(self):
        if not self.parts:
            return sha256(b"")
        root = self.parts[-1]
        for part in reversed(self.parts[:-1]):
            root = sha256(b"\1" + part + root)
        return root


class Report:
    """Counts findings and prints them."""

    def __init__(self):
        self.count = 0

    def find(self, code, where, text):
        self.count += 1
        if self.count <= MOST_SHOWN:
            print(f"{code}\t{where}\t{text}")


class Lives:
    """What each subject's facts said last, to compare with what is stored of it."""

    def __init__(self, report):
        self.report = report
        self.last = {}  # (stream, subject) -> [seq, at, row digest]
        self.issued = {}  # document number -> digest of its content, from the fact that issued it
        self.made = {}  # document number -> hash of its file, from the fact that made it
        self.erased = set()  # numbers of documents
        self.dossiers = {}  # case -> number of the dossier -> digest, from the fact that brought it
        self.gone = {}  # the same, from the fact of an erasure
        self.rows = {}  # (stream, subject, digest of an append-only row) -> place of the fact that told it

    def see(self, fact):
        where = f"{fact['stream']} {fact['subject']} #{fact['seq']}"
        life = self.last.setdefault((fact["stream"], fact["subject"]), [0, None, None])
        if fact["seq"] != life[0] + 1:
            self.report.find("seq-gap", where, f"次序号不连续：{life[0]} 之后是 {fact['seq']}")
        if life[1] is not None and fact["at"] < life[1]:
            self.report.find("time-backwards", where, "时间早于前一条记录")
        life[0], life[1] = fact["seq"], fact["at"]
        data = fact["data"] if isinstance(fact["data"], dict) else {}
        if "row" in data:
            life[2] = data["row"]
            if fact["stream"] in ROW_STREAMS:
                self.rows[(fact["stream"], fact["subject"], data["row"])] = where
        if fact["stream"] == "case":
            self.issued.update((one["document_no"], one["digest"]) for one in data.get("documents") or ())
            if "dossier_no" in data:
                self.dossiers.setdefault(fact["subject"], {})[str(data["dossier_no"])] = data["dossier"]
            if fact["type"] == "erased":
                self.gone[fact["subject"]] = {str(no): digest for no, digest in data["dossiers"]}
        elif fact["stream"] == "document" and fact["type"] == "made":
            self.made.setdefault(data["document_no"], data["sha256"])
        elif fact["stream"] == "document" and fact["type"] == "stamped":
            # A time stamp added behind the signature: it must follow on the file that was there.
            if self.made.get(data["document_no"]) == data["before"]:
                self.made[data["document_no"]] = data["sha256"]
        elif fact["stream"] == "document" and fact["type"] == "erased":
            self.erased.add(data["document_no"])


def lines(path):
    """The JSON values of a file of lines; a file that is absent has none."""
    if not path.exists():
        return
    with path.open("rb") as file:
        for line in file:
            yield json.loads(line)


# ---------------------------------------------------------------- signatures


def is_signed(keys, statement, signature):
    for key in keys:
        try:
            key.verify(bytes.fromhex(signature), statement)
            return True
        except (InvalidSignature, ValueError):
            continue
    return False


def read_heads(path, keys, report, *, may_be_torn=False):
    """Heads of a file by size; each signature and the order are checked."""
    found, last = {}, None
    text = path.read_bytes() if path.exists() else b""
    whole, _, torn = text.rpartition(b"\n")
    if torn and not may_be_torn:
        report.find("heads-torn", path.name, "文件末行不完整")
    for number, line in enumerate(whole.splitlines(), 1):
        where = f"{path.name}:{number}"
        try:
            head = json.loads(line)
            told = {"at": head["at_us"], "root": head["root"], "size": head["size"]}
            ok = is_signed(keys, HEAD_PREFIX + canonical(told), head["signature"])
        except (ValueError, KeyError, TypeError):
            report.find("head-unreadable", where, "无法读取")
            continue
        if not ok:
            report.find("head-forged", where, "树头的签名不符")
        if last is not None and (head["size"] <= last["size"] or head["at_us"] < last["at_us"]):
            report.find("head-order", where, "树头的大小或时间倒退")
        last = found[head["size"]] = head
    return found


def compare_heads(inside, outside, report):
    newest = max(outside, default=0)
    for size in sorted(inside.keys() | outside.keys()):
        here, there = inside.get(size), outside.get(size)
        if here is None and size != newest:
            report.find("head-missing", f"head {size}", "库外文件中的树头不在数据库中")
        elif there is None:
            report.find("log-cut", f"head {size}", "库外文件缺少这个树头")
        elif here is not None and here["root"] != there["root"]:
            report.find("head-changed", f"head {size}", "数据库中的树头与库外文件不同")


# ---------------------------------------------------------------- facts


def check_facts(folder, all_heads, lives, report):
    """Every fact against its leaf, the tree against every head; the number of facts proved and waiting."""
    tree, waiting, open_facts = Tree(), 0, []
    numbered = 0
    late = {}
    for fact in lines(folder / "facts.jsonl"):
        if fact["leaf"] is None:
            waiting += 1
            open_facts.append(fact)
            continue
        numbered += 1
        if fact["leaf"] != tree.size:
            report.find("leaf-gap", f"leaf {tree.size}", f"编号不连续：实为 {fact['leaf']}")
            break
        tree.append(check_leaf(fact, lives, late, report))
        for head in all_heads.get(tree.size, ()):
            if head["root"] != tree.root().hex():
                report.find("root-differs", f"head {tree.size}", "已签名的树根与记录不符：记录被改写")
    for size in sorted(all_heads):
        if size > tree.size:
            report.find("tail-cut", f"head {size}", f"已签名 {size} 条，现只有 {tree.size} 条：末尾被截断")
    for fact in open_facts:
        where = f"{fact['stream']} {fact['subject']} #{fact['seq']}"
        if fact.get("is_alien"):
            report.find("fact-alien", where, "记录不是由平台写入的，不在树中")
    for fact in open_facts:
        late.setdefault((fact["stream"], fact["subject"]), []).append(fact)
    see_late(late, lives)
    covered = max((size for size in all_heads if size <= tree.size), default=0)
    return covered, numbered - covered + waiting


def check_leaf(fact, lives, late, report):
    """The hash of one leaf, as stored: a fact changed alone shows here, one changed with its hash at a head."""
    kept = bytes.fromhex(fact["hash"]) if fact["hash"] else b"\0" * 32
    if fact.get("is_missing"):
        report.find("fact-missing", f"fact {fact['id']}, leaf {fact['leaf']}", "有编号的记录已被删除")
        return kept
    where = f"{fact['stream']} {fact['subject']} #{fact['seq']}"
    if leaf_hash(fact) != kept:
        report.find("leaf-changed", where, "记录与叶子不符：内容、时间、人员或次序已被改动")
    life = lives.last.get((fact["stream"], fact["subject"]))
    if fact["seq"] == (life[0] if life else 0) + 1:
        lives.see(fact)
        follow(fact, lives, late)
    else:
        # Of two facts committed at once the later may be numbered first: look again when the other came.
        late.setdefault((fact["stream"], fact["subject"]), []).append(fact)
    return kept


def follow(fact, lives, late):
    """Facts of the same subject that waited for this one."""
    key = (fact["stream"], fact["subject"])
    waiting = late.get(key)
    while waiting:
        at_turn = [one for one in waiting if one["seq"] == lives.last[key][0] + 1]
        if not at_turn:
            return
        lives.see(at_turn[0])
        waiting.remove(at_turn[0])
    late.pop(key, None)


def see_late(late, lives):
    """What never found its predecessor is told as a gap."""
    for facts in late.values():
        for fact in sorted(facts, key=lambda one: one["seq"]):
            lives.see(fact)


# ---------------------------------------------------------------- stored states and documents


def check_states(folder, lives, report, stream="case", word="办件"):
    """Each stored case (or card) against the digest that its last fact carries; each with facts is there."""
    path = folder / f"{stream}s.jsonl"
    if not path.exists():
        return 0
    subjects = {subject for told, subject in lives.last if told == stream}
    count = 0
    for state in lines(path):
        count += 1
        where = f"{stream} {state[stream + '_no']}"
        life = lives.last.get((stream, state["id"]))
        subjects.discard(state["id"])
        if life is None:
            report.find(f"{stream}-without-facts", where, f"{word}没有任何记录")
            continue
        if not state["version"] == state["last_seq"] == life[0]:
            report.find(f"{stream}-changed", where, f"{word}版本 {state['version']} 与记录数 {life[0]} 不符")
        if hashlib.sha256(canonical(state["row"])).hexdigest() != life[2]:
            report.find(f"{stream}-changed", where, f"{word}的现状与最后一条记录不符：数据行被改动")
        if stream == "case":
            check_dossiers(state, where, lives, report)
    for subject in sorted(subjects):
        report.find(f"{stream}-missing", f"{stream} {subject}", f"记录所说的{word}已被删除")
    return count


def check_dossiers(state, where, lives, report):
    """What an applicant told is there, or a fact names the digests of what was erased by law."""
    told, gone = lives.dossiers.get(state["id"], {}), lives.gone.get(state["id"], {})
    listed = state.get("dossiers", {})
    for number in sorted(told.keys() | listed.keys()):
        if not listed.get(number) and (number not in gone or gone[number] != told.get(number)):
            report.find("dossier-erased", where, "申请资料被删除，没有依法删除的记录")
        if listed.get(number) and number in gone:
            report.find("erasure-undone", where, "有依法删除的记录，却没有删除")


def check_rows(folder, lives, report):
    """Attendance, notes, published scores and bulletins: each row as a fact told it, none left out or told twice."""
    paths = [folder / name for name in ROW_FILES if (folder / name).exists()]
    if not paths:
        return 0
    waiting, count = dict(lives.rows), 0
    for line in (one for path in paths for one in lines(path)):
        count += 1
        digest = hashlib.sha256(canonical(line["row"])).hexdigest()
        if waiting.pop((line["stream"], line["subject"], digest), None) is None:
            report.find(f"{line['kind']}-changed", line["where"], "与当时的记录不符：数据行被改动或添加")
    for where in sorted(waiting.values()):
        report.find("row-missing", where, "记录所说的内容已被删除或改动")
    return count


def check_documents(folder, lives, report):
    """Each stored document against the digest fixed in the act: lines of documents.jsonl with
    ``{"document_no", "content", "sha256", "path"}``; ``path`` lies below the export, null while no file is
    made. Where facts tell of the document (of its content, of its file), they decide."""
    missing = set(lives.issued) if (folder / "documents.jsonl").exists() else set()
    count = 0
    for document in lines(folder / "documents.jsonl"):
        count += 1
        where = f"document {document['document_no']}"
        missing.discard(document["document_no"])
        check_content(document, where, lives, report)
        if document.get("sha256") != lives.made.get(document["document_no"], document.get("sha256")):
            report.find("document-changed", where, "文书文件与制作时的记录不符：已被替换")
        number = document["document_no"]
        if document.get("path") is None:
            if number in lives.made and number not in lives.erased:
                report.find("document-missing", where, "文书文件不存在")
            continue
        if number in lives.erased:
            report.find("erasure-undone", where, "有依法删除的记录，却没有删除")
        file = (folder / document["path"]).resolve()
        if folder.resolve() not in file.parents or not file.is_file():
            report.find("document-missing", where, "文书文件不存在")
        elif hashlib.sha256(file.read_bytes()).hexdigest() != document["sha256"]:
            report.find("document-changed", where, "文书文件与出具时的摘要不符：已被替换")
    for number in sorted(missing):
        report.find("document-missing", f"document {number}", "记录所说的文书已不存在")
    return count


def check_content(document, where, lives, report):
    """What a document says against the digest that the fact of the deed carries."""
    content, number = document.get("content"), document["document_no"]
    if "content" not in document and number not in lives.issued:
        return  # a document that no deed issued: only its file counts
    if number not in lives.issued:
        report.find("document-alien", where, "没有记录表明出具过这份文书")
    elif content is None:
        if number not in lives.erased:
            report.find("document-changed", where, "文书内容被删除，没有依法删除的记录")
    elif number in lives.erased:
        report.find("erasure-undone", where, "有依法删除的记录，却没有删除")
    elif hashlib.sha256(content.encode()).hexdigest() != lives.issued[number]:
        report.find("document-changed", where, "文书内容与出具时的摘要不符：已被改动")


# ---------------------------------------------------------------- the proof of one case

BUNDLE_FORMAT = "onewindow-case-proof-v1"


def root_from(leaf, number, size, path):
    """The root that a leaf and its audit path (RFC 6962, 2.1.1) lead to; None when the path does not fit."""
    here, last = number, size - 1
    root = leaf
    if not 0 <= number < size:
        return None
    for step in path:
        if last == 0:
            return None
        if here & 1 or here == last:
            root = sha256(b"\1" + step + root)
            while not here & 1 and here:
                here, last = here >> 1, last >> 1
        else:
            root = sha256(b"\1" + root + step)
        here, last = here >> 1, last >> 1
    return root if last == 0 else None


def check_bundle_fact(fact, bundle, seq, report):
    """One fact of a bundle: what is shown is what was hashed, and the hash leads to the signed root."""
    where = f"#{seq} {fact.get('type')}"
    told = json.loads(fact["head"])
    shown = {name: fact[name] for name in ("seq", "stream", "subject", "type")}
    if {name: told[name] for name in shown} != shown or fact["stream"] != "case":
        report.find("head-differs", where, "显示的内容与证明的内容不同")
    if at_us(fact["at"]) != told["at"]:
        report.find("time-differs", where, "显示的时间与证明的时间不同")
    if told["seq"] != seq or told["subject"] != bundle["facts"][0]["subject"]:
        report.find("seq-gap", where, f"次序号不连续：应为 {seq}，实为 {told['seq']}")
    digest = bytes.fromhex(fact["body_digest"])
    if ("body" in fact) != ("salt" in fact):
        report.find("body-missing", where, "内容或盐缺失")
    elif "body" in fact and sha256(bytes.fromhex(fact["salt"]) + fact["body"].encode()) != digest:
        report.find("body-changed", where, "内容与摘要不符：已被改动")
    leaf = sha256(b"\0" + fact["head"].encode() + digest)
    if leaf.hex() != fact["leaf_hash"]:
        report.find("leaf-changed", where, "记录与叶子不符：已被改动")
    head = bundle["tree_head"]
    path = [bytes.fromhex(step) for step in fact["path"]]
    root = root_from(leaf, fact["leaf"], head["size"], path)
    if root is None or root.hex() != head["root"]:
        report.find("root-differs", where, "记录不在签了名的树里")
    return told["at"]


def at_us(text):
    """An ISO 8601 instant in microseconds since 1970."""
    at = datetime.fromisoformat(text)
    if at.isoformat() != text:
        raise ValueError("an instant that is written otherwise")
    since = at - datetime(1970, 1, 1, tzinfo=timezone.utc)  # noqa: UP017 - runs on Python 3.9
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds


def loaded(key):
    return Ed25519PublicKey.from_public_bytes(bytes.fromhex(key))


def linked(trusted, links):
    """The keys that can be reached from one that is trusted: each change of key is signed by the old and the new."""
    keys, is_growing = {trusted.lower()}, True
    while is_growing:
        is_growing = False
        for link in links:
            pair = {"new": link["new"], "old": link["old"]}
            if len(keys & set(pair.values())) != 1:
                continue
            signed = LINK_PREFIX + canonical(pair)
            if all(is_signed([loaded(link[who])], signed, link["by_" + who]) for who in pair):
                keys |= set(pair.values())
                is_growing = True
    return sorted(keys)


def verify_bundle(path, *, key=None):
    """All checks on the proof of one case; the report."""
    report = Report()
    bundle = json.loads(path.read_bytes())
    if bundle.get("format") != BUNDLE_FORMAT or not bundle["facts"]:
        raise ValueError("this is no proof of a case")
    head = bundle["tree_head"]
    keys = linked(key, bundle.get("key_links", ())) if key else [head["public_key"]]
    told = {"at": head["at_us"], "root": head["root"], "size": head["size"]}
    if not is_signed([loaded(one) for one in keys], HEAD_PREFIX + canonical(told), head["signature"]):
        report.find("head-forged", "tree_head", "树头的签名不符")
    if (
        at_us(head["at"]) != head["at_us"]
        or head["key_id"] != sha256(bytes.fromhex(head["public_key"])).hex()[:16]
    ):
        report.find("head-differs", "tree_head", "显示的树头与签名的树头不同")
    last = None
    for seq, fact in enumerate(bundle["facts"], 1):
        at = check_bundle_fact(fact, bundle, seq, report)
        if last is not None and at < last:
            report.find("time-backwards", f"#{seq}", "时间早于前一条记录")
        last = at
    if f'"case_no":{json.dumps(bundle["case_no"])}' not in bundle["facts"][0].get("body", ""):
        report.find("case-differs", bundle["case_no"], "证明的不是这个编号的办件")
    shown = sum("body" in fact for fact in bundle["facts"])
    print(
        f"{bundle['case_no']}: {len(bundle['facts'])} facts ({shown} with their words) in the tree of"
        f" {head['size']} signed at {head['at']}; {report.count} findings"
    )
    return report


# ---------------------------------------------------------------- all of it


def check_manifest(folder, keys, report):
    """Every file as the manifest says, the manifest as it was signed."""
    manifest = json.loads((folder / "manifest.json").read_bytes())
    signature = manifest.pop("signature")
    if not is_signed(keys, MANIFEST_PREFIX + canonical(manifest), signature):
        report.find("manifest-forged", "manifest.json", "清单的签名不符")
    for name, digest in manifest["files"].items():
        file = folder / name
        if not file.is_file() or hashlib.sha256(file.read_bytes()).hexdigest() != digest:
            report.find("file-changed", name, "导出的文件缺失或被改动")


def read_keys(folder, asked):
    found = json.loads((folder / "keys.json").read_bytes())
    told = linked(asked, found.get("links", ())) if asked else found["ed25519"]
    return [loaded(key) for key in told]


def verify(folder, *, key=None, kept=None):
    """All checks on one export; the report."""
    report = Report()
    keys = read_keys(folder, key)
    check_manifest(folder, keys, report)
    inside = read_heads(folder / "heads.jsonl", keys, report)
    outside = read_heads(folder / "heads-outside.jsonl", keys, report, may_be_torn=True)
    compare_heads(inside, outside, report)
    every = [inside, outside] + ([read_heads(kept, keys, report, may_be_torn=True)] if kept else [])
    all_heads = {}
    for heads in every:
        for size, head in heads.items():
            all_heads.setdefault(size, []).append(head)
    lives = Lives(report)
    proved, waiting = check_facts(folder, all_heads, lives, report)
    cases = check_states(folder, lives, report)
    cards = check_states(folder, lives, report, "card", "监察卡")
    rows = check_rows(folder, lives, report)
    documents = check_documents(folder, lives, report)
    print(
        f"{proved} facts proved by {len(all_heads)} signed heads, {waiting} not yet covered; "
        f"{cases} cases, {documents} documents, {cards} cards, {rows} rows of staff and bulletins; "
        f"{report.count} findings"
    )
    return report


def main():
    parser = argparse.ArgumentParser(description="Verify an export of the OneWindow ledger.")
    parser.add_argument("folder", type=Path, metavar="EXPORT_DIR|CASE_PROOF.json")
    parser.add_argument("--key", help="the platform's public key, 64 hex digits")
    parser.add_argument("--heads", type=Path, help="heads that you kept yourself")
    options = parser.parse_args()
    try:
        if options.folder.is_file():
            report = verify_bundle(options.folder, key=options.key)
        else:
            report = verify(options.folder, key=options.key, kept=options.heads)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, IndexError) as error:
        print(f"verify_ledger: cannot read the export: {error}", file=sys.stderr)
        return 2
    if not options.key:
        print("note: the public key was taken from the export itself; pass --key to be sure whose it is")
    return 1 if report.count else 0


if __name__ == "__main__":
    sys.exit(main())
