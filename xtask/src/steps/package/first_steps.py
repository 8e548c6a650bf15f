"""What a stranger does with the wheel, in an empty folder and without the sources."""

import pathlib, sys, time
begun = time.perf_counter()
import saferoom
print(f"imported in {(time.perf_counter() - begun) * 1000:.0f} ms")
from saferoom.records import Case, Child
assert "site-packages" in saferoom.__file__, saferoom.__file__
access = saferoom.Access("forensic-interview")
with saferoom.Identity.create_file("member.identity", b"quiet river stone") as identity:
    vault = saferoom.Vault.create("station.saferoom", "keys", identity, "police.example.org/audit/1", "Example unit")
    with vault.sign_in(identity) as session:
        case = session.create(Case(), access, parent=session.unit).record
        child = session.create(Child(sex="female", role="victim"), access, parent=case).record
        assert session.read(Child, child, access).record.sex == "female"
        session.check()
