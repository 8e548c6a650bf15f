"""Changes what uniffi has generated where it would carry a text across, or end the app without need.

- What fails inside the library (a panic, an answer that cannot be read) is the package's own error with our words: the text of
  a panic may hold anything. So is what fails in the host's own code: its text stays there.
- Giving back memory and printing do not end the app. A call that has no way to tell ends it, with our words, because it has no
  honest answer.
- The handwritten files beside it look at an object's handle, and make calls of their own. `shutdown` and both `panicWipe` are
  theirs under their names: they wipe pages as well.

Each change is counted: if uniffi writes another form, the build stops here and not in an app.

    mend_native.py GENERATED OUT
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

#: Pattern, what takes its place, and how often it is there at least and at most.
CHANGES = (
    (r"^    fileprivate let handle: UInt64$", "    let handle: UInt64", 20, 99),
    (r"^private func makeRustCall<", "package func makeRustCall<", 1, 1),
    (r"^public func shutdown\(\)", "package func shutdownLibrary()", 1, 1),
    (r"^(?:public|open) func panicWipe\(", "package func panicWipeLibrary(", 2, 2),
    # A requirement of `VaultProtocol`: it would be public.
    (r"^    /\*\*\n(?:     \*[^\n]*\n)+     \*/\n    func panicWipe\([^\n]*\n", "", 1, 1),
    # The text of a panic is given back unread.
    (
        r"            if callStatus\.errorBuf\.len > 0 \{\n"
        r"                throw UniffiInternalError\.rustPanic\([^\n]*\)\n            \} else \{\n"
        r"                callStatus\.errorBuf\.deallocate\(\)\n"
        r"                throw UniffiInternalError\.rustPanic\([^\n]*\)\n            \}\n",
        "            callStatus.errorBuf.deallocate()\n            throw SaferoomError.inside\n",
        1,
        1,
    ),
    (r"^fileprivate enum UniffiInternalError: LocalizedError \{\n.*?^\}\n", "", 1, 1),
    (r"UniffiInternalError\.\w+", "SaferoomError.inside", 50, 999),
    # The error of a host's own code.
    (r"FfiConverterString\.lower\(String\(describing: error\)\)", "RustBuffer.empty()", 2, 2),
    (r"\} catch let error \{\n        callStatus", "} catch {\n        callStatus", 1, 1),
    # Giving back.
    (r"try! rustCall \{ (\w+_free_\w+|ffi_\w+_rustbuffer_free)\(", r"_ = try? rustCall { \1(", 20, 99),
    # Printing.
    (
        r"return try!  FfiConverterString\.lift\(\n        try! rustCall\(\) \{\n"
        r"(        uniffiCallStatus in\n    \w+_uniffi_trait_(?:debug|display)\(\n[^\n]*\n    \)\n\}\n    \))",
        "return (try? FfiConverterString.lift(\n        try rustCall() {\n" r"\1" ') ?? "\\(type(of: self))(redacted)"',
        40,
        99,
    ),
)


def mended(text: str) -> str:
    """The text with all changes."""
    for pattern, new, least, most in CHANGES:
        text, count = re.subn(pattern, new, text, flags=re.M | re.S if "enum" in pattern else re.M)
        if not least <= count <= most:
            raise SystemExit(f"{count} times instead of {least} to {most}: what uniffi writes has changed: {pattern}")
    if "rustPanic" in text or re.search(r"try! rustCall \{ \w+_free_", text):
        raise SystemExit("a text of a panic could still come out: what uniffi writes has changed")
    return text


def main() -> None:
    """Reads one file, and writes the other."""
    generated, out = (Path(argument) for argument in sys.argv[1:3])
    out.write_text(mended(generated.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
