"""A stranger's reader: written from docs/formats.md alone, without a line of saferoom.

    python reader.py field STATION.saferoom ME.identity PASSPHRASE-FILE RECORD FIELD
    python reader.py bundle FOLDER VKEY [KEPT-CHECKPOINT]
    python reader.py extract FOLDER "ssh-ed25519 AAAA..."

It shows that records, logs and extracts can be read and checked for as long as the document exists, whatever becomes of the library. It needs
Python 3.10, `cryptography` (ML-KEM since version 48) and, for extracts, `pyarrow`. Numbers in comments are chapters of the document.

Reading a field this way leaves no entry in the log: it is for recovery and verification. The roster is not verified here: the reader believes the
file's own founder, and says so by checking that the author of the revision is the holder of the identity file.
"""

import base64
import hashlib
import hmac
import json
import sqlite3
import struct
import sys
from collections import Counter
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

ALL_MEMBERS = 13  # the compartment of the circle of all members (7)
CHAINED = {2, 3, 4, 5, 9, 13, 14, 16}  # events whose entries name the one before them on the same record (15)


class Refused(Exception):
    """Something is not as the document says."""


def need(held: bool, what: str) -> None:
    if not held:
        raise Refused(what)


def sha256(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def mac(key: bytes, data: bytes) -> bytes:
    return hmac.new(key, data, hashlib.sha256).digest()


# 2, 3: labelled inputs and derivations


def number(value: int) -> bytes:
    return struct.pack(">Q", value)


def labelled(label: str, *parts: bytes) -> bytes:
    return b"\x01" + b"".join(struct.pack(">I", len(part)) + part for part in (label.encode(), *parts))


def extract_key(salt: bytes, material: bytes) -> bytes:
    return mac(salt or bytes(32), material)


def expand_key(key: bytes, info: bytes, length: int) -> bytes:
    need(length <= 32, "one block is enough here")
    return mac(key, info + b"\x01")[:length]


def derive(secret: bytes, info: bytes) -> bytes:
    return expand_key(extract_key(b"saferoom\x00key-derivation\x00\x01", secret), info, 32)


# 4, 5: XChaCha20-Poly1305 with its nonce split, and sealed values


def hchacha20(key: bytes, prefix: bytes) -> bytes:
    state = [0x61707865, 0x3320646E, 0x79622D32, 0x6B206574, *struct.unpack("<8I", key), *struct.unpack("<4I", prefix)]

    def quarter(a: int, b: int, c: int, d: int) -> None:
        for first, second, third, turn in ((a, b, d, 16), (c, d, b, 12), (a, b, d, 8), (c, d, b, 7)):
            state[first] = (state[first] + state[second]) & 0xFFFFFFFF
            mixed = state[third] ^ state[first]
            state[third] = (mixed << turn | mixed >> (32 - turn)) & 0xFFFFFFFF

    for _ in range(10):
        for column in range(4):
            quarter(column, column + 4, column + 8, column + 12)
        for column in range(4):
            quarter(column, (column + 1) % 4 + 4, (column + 2) % 4 + 8, (column + 3) % 4 + 12)
    return struct.pack("<8I", *state[:4], *state[12:])


def open_part(key: bytes, prefix: bytes, suffix: int, aad: bytes, sealed: bytes) -> bytes:
    return ChaCha20Poly1305(hchacha20(key, prefix)).decrypt(bytes(4) + number(suffix), sealed, aad)


def open_value(key: bytes, context: bytes, sealed: bytes) -> bytes:
    return open_part(key, sealed[:16], 0, context, sealed[16:])


# 7: X-Wing and HPKE


class XWing:
    """The key pair of a 32-byte decapsulation key (draft-connolly-cfrg-xwing-kem)."""

    def __init__(self, seed: bytes) -> None:
        self.seed = seed
        wide = hashlib.shake_256(seed).digest(96)
        self.lattice = MLKEM768PrivateKey.from_seed_bytes(wide[:64])
        self.curve = X25519PrivateKey.from_private_bytes(wide[64:])
        self.curve_public = self.curve.public_key().public_bytes_raw()
        self.public = self.lattice.public_key().public_bytes_raw() + self.curve_public

    def open(self, info: bytes, sealed: bytes) -> bytes:
        lattice, curve, ciphertext = sealed[:1088], sealed[1088:1120], sealed[1120:]
        shared = [self.lattice.decapsulate(lattice), self.curve.exchange(X25519PublicKey.from_public_bytes(curve))]
        secret = hashlib.sha3_256(b"".join(shared) + curve + self.curve_public + rb"\.//^" + b"\\").digest()
        return hpke_open(secret, info, ciphertext)


def hpke_open(shared: bytes, info: bytes, ciphertext: bytes) -> bytes:
    """RFC 9180, base mode: X-Wing 0x647a, HKDF-SHA256 1, ChaCha20-Poly1305 3."""
    suite = b"HPKE-v1" + b"HPKE" + bytes([0x64, 0x7A, 0, 1, 0, 3])
    context = b"\x00" + extract_key(b"", suite + b"psk_id_hash") + extract_key(b"", suite + b"info_hash" + info)
    secret = extract_key(shared, suite + b"secret")
    draw = lambda label, length: expand_key(secret, struct.pack(">H", length) + suite + label + context, length)
    return ChaCha20Poly1305(draw(b"key", 32)).decrypt(draw(b"base_nonce", 12), ciphertext, b"")


# 9: the identity file


class Identity:
    def __init__(self, path: Path, passphrase: bytes) -> None:
        data = path.read_bytes()
        need(data[:8] == b"SFRMIDNT" and data[8] == 1, "this is no identity file of version 1")
        need(data[9] == 1 and len(data) == 126, "this reader knows the lock by a passphrase alone")
        need(data[-8:] == sha256(data[:-8])[:8], "the identity file is damaged")
        memory, passes, lanes = struct.unpack(">III", data[10:22])
        stretched = Argon2id(salt=data[22:38], length=32, iterations=passes, lanes=lanes, memory_cost=memory).derive(passphrase)
        lock = derive(stretched, labelled("saferoom/identity-file/lock-key", number(1), b""))
        plain = open_value(lock, labelled("saferoom/identity-file", data[:38]), data[38:118])
        self.member, seed = plain[:16], plain[16:]
        key = lambda label: derive(seed, labelled(f"saferoom/identity/{label}", self.member))
        self.wing, self.slot_key = XWing(key("hybrid-seed")), key("slot-key")
        self.verifying_key = Ed25519PrivateKey.from_private_bytes(key("signing-seed")).public_key()


# 19 and "How to open one field"


class Station:
    def __init__(self, path: Path, identity: Identity) -> None:
        self.file = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
        need(self.row("PRAGMA application_id")[0] == 0x5346524D, "this is no file of saferoom")
        self.identity = identity
        (self.vault,) = self.row("SELECT vault FROM vault")
        self.held = self.circles()

    def row(self, query: str, *values: object) -> tuple:
        found = self.file.execute(query, values).fetchone()
        need(found is not None, f"there is no row for: {query}")
        return found

    def circle(self, scope: bytes, compartment: int, generation: int) -> bytes | None:
        """The secret of a circle, if it is wrapped for us (7)."""
        place = (self.vault, scope, number(compartment), number(generation))
        slot = mac(self.identity.slot_key, labelled("saferoom/identity/slot", *place))[:16]
        found = self.file.execute("SELECT sealed FROM slot WHERE slot = ?", (slot,)).fetchone()
        info = labelled("saferoom/circle-wrap", *place, self.identity.wing.public)
        return self.identity.wing.open(info, found[0]) if found else None

    def circles(self) -> list[tuple[bytes, int, int, bytes]]:
        """All that we hold: (scope, compartment, generation, secret)."""
        units = self.file.execute("SELECT record FROM head WHERE record = scope AND record = parent").fetchall()
        held = []
        for scope, compartments in [(self.vault, [ALL_MEMBERS]), *((unit, range(1, 13)) for (unit,) in units)]:
            for compartment in compartments:
                generation = 1
                while (secret := self.circle(scope, compartment, generation)) is not None:
                    held.append((scope, compartment, generation, secret))
                    generation += 1
        return held

    def data_key(self, scope: bytes, ordinal: int) -> tuple | None:
        """Key, compartment and generation of a group (8)."""
        for circle in self.held:
            place = (self.vault, circle[0], number(circle[1]), number(circle[2]))
            keys = {name: derive(circle[3], labelled(f"saferoom/circle/{name}", *place)) for name in ("slot-key", "wrap-key")}
            tag = mac(keys["slot-key"], b"data-key" + self.vault + scope + struct.pack(">H", ordinal))[:16]
            query = "SELECT commitment, sealed FROM keyring WHERE scope = ? AND ordinal = ? AND tag = ? AND session IS NULL"
            for commitment, sealed in self.file.execute(query, (scope, ordinal, tag)):
                context = labelled("saferoom/data-key/wrap", self.vault, scope, number(ordinal), commitment)
                plain = open_value(keys["wrap-key"], context, sealed)
                key, compartment, (generation,) = plain[:32], plain[32], struct.unpack(">I", plain[33:])
                named = labelled("saferoom/data-key/commitment", self.vault, scope, number(compartment), number(generation))
                need(derive(key, named) == commitment and compartment == circle[1], "a wrong data key")
                return key, compartment, generation
        return None

    def check_author(self, commit: int, place: int, digest: bytes) -> None:
        """The statement lists the digest; the session signed it; the holder of the identity certified the session (11, 13)."""
        session, statement, signature = self.row("SELECT session, statement, signature FROM commitment WHERE number = ?", commit)
        device, public, certificate, envelope = self.row(
            "SELECT device, public_key, certificate, envelope FROM session WHERE number = ?", session
        )
        Ed25519PublicKey.from_public_bytes(public).verify(signature, labelled("saferoom/statement", statement))
        parts, (digests,) = cbor(statement)[-1], self.row("SELECT digests FROM authorship WHERE id = ?", commit * 65536 + place // 256)
        listed = [digests[at : at + 32] for at in range(0, len(digests), 32)]
        need(parts[place // 256] == sha256(labelled("saferoom/heads", digests)) and listed[place % 256] == digest, "nobody signed it")

        name = labelled("saferoom/session-certificate/sealed", self.vault, number(session), public)
        for scope, compartment, generation, secret in self.held:
            if compartment == ALL_MEMBERS:
                value = labelled("saferoom/circle/value-key", self.vault, scope, number(compartment), number(generation))
                plain = open_value(derive(secret, value), name, certificate)
                need(plain[:16] == self.identity.member, "somebody else wrote it: this reader knows no other keys")
                said = labelled(
                    "saferoom/session-certificate", self.vault, device, number(session), public, sha256(envelope)
                )
                return self.identity.verifying_key.verify(plain[16:], said)
        raise Refused("the circle of all members is not ours")

    def fields(self, record: bytes) -> dict[int, object]:
        """The values of the newest revision that our keys open, by field number."""
        scope, parent, kind, revision, digest = self.row(
            "SELECT scope, parent, kind, revision, digest FROM head WHERE record = ?", record
        )
        count, previous, commit, place, groups = self.row(
            "SELECT number, previous, commit_number, place, groups FROM revision WHERE id = ?", revision
        )
        (device,) = self.row(
            "SELECT device FROM session JOIN commitment ON session.number = commitment.session WHERE commitment.number = ?", commit
        )
        said = [self.vault, number(kind), scope, record, parent, device, number(count)]
        parts, values = [previous or b""], {}
        while groups:
            ordinal, length = struct.unpack(">HI", groups[:6])
            group, groups = groups[6 : 6 + length], groups[6 + length :]
            need(ordinal < 0x8000, "this reader knows no groups that were carried over")
            (commitment,) = self.row("SELECT commitment FROM keyring WHERE scope = ? AND ordinal = ?", scope, ordinal)
            parts += [number(ordinal), commitment, sha256(group)]
            if opened := self.data_key(scope, ordinal):
                key, compartment, generation = opened
                place_of_group = labelled("saferoom/group", *said, number(compartment), number(generation), commitment)
                values |= open_group(key, place_of_group, group)
        need(sha256(labelled("saferoom/head", *said, *parts)) == digest, "the revision is not the one that the head names")
        self.check_author(commit, place, digest)
        return {field: cbor(value) for field, value in values.items()}


def open_group(key: bytes, place: bytes, group: bytes) -> dict[int, bytes]:
    """The values of a sealed group by field number (6)."""
    length, prefix, at = struct.unpack(">H", group[:2])[0] * 32, group[2:18], 18
    aad = lambda suffix: sha256(place) + number(suffix)
    directory = open_part(key, prefix, 0, aad(0), group[at : at + length])
    at += length
    entries, cursor, field = [], 0, 0

    def varint() -> int:
        nonlocal cursor
        value, shift = 0, 0
        while cursor < len(directory):
            byte = directory[cursor]
            cursor, value, shift = cursor + 1, value | (byte & 0x7F) << shift, shift + 7
            if byte < 0x80:
                break
        return value

    while step := varint():
        field += step
        entries.append((field, varint()))
    values = {}
    for index, (field, length) in enumerate(entries):
        end = len(group) if index == len(entries) - 1 else at + length + 16
        plain = open_part(key, prefix, field, aad(field), group[at:end])
        need(not any(plain[length:]), "the padding is not zero")
        values[field], at = plain[:length], end
    return values


def cbor(data: bytes) -> object:
    """One item of deterministic CBOR (1)."""
    value, rest = cbor_item(data)
    need(not rest, "bytes behind an item")
    return value


def cbor_item(data: bytes) -> tuple[object, bytes]:
    major, low, data = data[0] >> 5, data[0] & 31, data[1:]
    if major == 7:
        need(low in (20, 21, 22), "a simple value that is not used")
        return {20: False, 21: True, 22: None}[low], data
    size = {24: 1, 25: 2, 26: 4, 27: 8}.get(low, 0)
    need(low < 28, "no definite length")
    length, data = (int.from_bytes(data[:size], "big") if size else low), data[size:]
    if major < 2:
        return (length if major == 0 else -1 - length), data
    if major < 4:
        return (data[:length] if major == 2 else data[:length].decode()), data[length:]
    items = []
    for _ in range(length * (major - 3)):
        item, data = cbor_item(data)
        items.append(item)
    return (dict(zip(items[::2], items[1::2], strict=True)) if major == 5 else items), data


# 15: a bundle of the log


def root_of(leaves: list[bytes]) -> bytes:
    if len(leaves) < 2:
        return leaves[0] if leaves else sha256(b"")
    split = 1 << (len(leaves) - 1).bit_length() - 1
    return sha256(b"\x01" + root_of(leaves[:split]) + root_of(leaves[split:]))


def checkpoint(text: str, vkey: str) -> tuple[int, bytes]:
    """Size and root of a signed checkpoint."""
    said, signatures = text.split("\n\n", 1)
    origin, size, root = said.split("\n")[:3]
    name, key_id, key = vkey.split("+", 2)
    public = base64.b64decode(key)
    need(origin == name and public[0] == 1, "a checkpoint of another log")
    need(bytes.fromhex(key_id) == sha256(f"{name}\n".encode() + public)[:4], "the verifier key is damaged")
    for line in signatures.splitlines():
        _, who, signature = line.split(" ")
        if who == name and (raw := base64.b64decode(signature))[:4] == bytes.fromhex(key_id):
            Ed25519PublicKey.from_public_bytes(public[1:]).verify(raw[4:], f"{said}\n".encode())
            return int(size), base64.b64decode(root)
    raise Refused("the log has not signed this checkpoint")


def tile_name(index: int) -> str:
    groups = []
    while True:
        index, group = divmod(index, 1000)
        groups.insert(0, f"{'x' if groups else ''}{group:03}")
        if index == 0:
            return "/".join(groups)


def entries_of(folder: Path, size: int) -> list[bytes]:
    entries: list[bytes] = []
    while len(entries) < size:
        index, width = len(entries) // 256, min(256, size - len(entries))
        name = f"tile/entries/{tile_name(index)}"
        whole = folder / name
        data = (whole if whole.is_file() else folder / f"{name}.p/{width}").read_bytes()
        for _ in range(width):
            (length,) = struct.unpack(">H", data[:2])
            entries.append(data[2 : 2 + length])
            data = data[2 + length :]
    return entries


def check_bundle(folder: Path, vkey: str, kept: Path | None) -> str:
    for line in (folder / "bundle").read_text().splitlines()[1:]:
        digest, name = line.split("  ", 1)
        need(sha256((folder / name).read_bytes()).hex() == digest, f"{name} is not what the manifest lists")
    size, root = checkpoint((folder / "checkpoint").read_text(), vkey)
    entries = entries_of(folder, size)
    leaves = [sha256(b"\x00" + entry) for entry in entries]
    need(root_of(leaves) == root, "the entries are not those of the checkpoint")
    if kept:
        kept_size, kept_root = checkpoint(kept.read_text(), vkey)
        need(kept_size <= size and root_of(leaves[:kept_size]) == kept_root, "the log was cut or changed since the kept checkpoint")
    newest: dict[bytes, int] = {}
    for index, entry in enumerate(map(cbor, entries)):
        need(isinstance(entry, dict) and entry[1] == index, "an entry in a place that is not its own")
        what = entry.get(11)
        if what and (5 in what or (entry[5] in CHAINED and entry[7] == 0)):
            need(newest.get(what[0]) == what.get(5), f"an entry about the record is missing before {index}")
            newest[what[0]] = index
    return f"{size} entries, {len(newest)} records"


# 26: an extract


def check_extract(folder: Path, public_line: str) -> str:
    manifest = (folder / "manifest.json").read_bytes()
    verify_sshsig((folder / "manifest.json.sig").read_text(), public_line, manifest)
    said = json.loads(manifest)
    for file in said["files"]:
        need(sha256((folder / file["name"]).read_bytes()).hex() == file["sha256"], f"{file['name']} was changed")

    import pyarrow.parquet

    rows = pyarrow.parquet.read_table(folder / "data.parquet").to_pylist()
    quasi = [column["name"] for column in said["columns"] if column["role"].startswith("quasi")]
    classes = Counter(tuple(row[name] for name in quasi) for row in rows)
    need(len(rows) == said["rows"]["released"], "the number of rows")
    need(len(classes) == said["counted"]["classes"], "the number of classes")
    need(min(classes.values()) == said["counted"]["k"], "k is not what the manifest claims")
    return f"{len(rows)} rows in {len(classes)} classes, k = {min(classes.values())}"


def verify_sshsig(armoured: str, public_line: str, message: bytes) -> None:
    blob = base64.b64decode("".join(armoured.strip().splitlines()[1:-1]))
    need(blob[:10] == b"SSHSIG" + struct.pack(">I", 1), "this is no SSH signature")
    public, namespace, _, algorithm, signature = ssh_strings(blob[10:])
    need(public == base64.b64decode(public_line.split()[1]), "signed with another key")
    need((namespace, algorithm) == (b"saferoom-extract", b"sha512"), "signed for another purpose")
    packed = lambda *parts: b"".join(struct.pack(">I", len(part)) + part for part in parts)
    signed = b"SSHSIG" + packed(namespace, b"", algorithm, hashlib.sha512(message).digest())
    Ed25519PublicKey.from_public_bytes(ssh_strings(public)[1]).verify(ssh_strings(signature)[1], signed)


def ssh_strings(data: bytes) -> list[bytes]:
    parts = []
    while data:
        (length,) = struct.unpack(">I", data[:4])
        parts.append(data[4 : 4 + length])
        data = data[4 + length :]
    return parts


def main(arguments: list[str]) -> None:
    match arguments:
        case ["field", station, identity, passphrase, record, field]:
            me = Identity(Path(identity), Path(passphrase).read_bytes().rstrip(b"\n"))
            fields = Station(Path(station), me).fields(bytes.fromhex(record))
            need(int(field) in fields, "there is no such field, or no key to it")
            print(fields[int(field)])
        case ["bundle", folder, vkey, *kept]:
            print(check_bundle(Path(folder), vkey, Path(kept[0]) if kept else None))
        case ["extract", folder, key]:
            print(check_extract(Path(folder), key))
        case _:
            sys.exit(__doc__)


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except Refused as refusal:
        sys.exit(f"refused: {refusal}")
