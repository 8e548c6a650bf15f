"""Changes what uniffi wrote for Kotlin where it would break a promise, or costs more than the call itself.

Each function makes one change, and stops the build when it does not find what it is to change: uniffi has changed then, and
somebody has to look.
"""

from __future__ import annotations

import re

FAILS = "@Throws(SaferoomException::class)"

#: Calls that cannot fail and still wait: for a call that goes on, the disk, the host's key store.
WAITING = {("Session", "lock"), ("Session", "lockIfIdle")}


def written_native(text: str) -> str:
    """Native.kt."""
    for change in (
        with_own_exception,
        with_blocking_names,
        with_own_shutdown,
        with_ended_pages,
        with_failures_of_texts,
        with_lambdas,
        with_plain_status,
        with_every_failure_of_hosts,
        with_failures_inside,
        with_use_after_close,
        with_fences,
        with_borrowed_handle,
        with_locked_ends,
        with_held_buffers,
    ):
        text = change(text)
    return text


def failing_methods(text: str) -> set[tuple[str, str]]:
    """Class and name of each method that can fail or waits."""
    found, owner = set(WAITING), ""
    for line in text.splitlines():
        begun = re.match(r"^open class (\w+):", line)
        owner = begun[1] if begun else owner
        method = re.match(r"^\s*" + re.escape(FAILS) + r"\s*override fun `(\w+)`", line)
        if method:
            found.add((owner, method[1]))
    return found


def with_own_exception(text: str) -> str:
    """The exception class is the one in Errors.kt."""
    begun = text.index("/**\n * Everything that a call can answer instead of a value.\n */\nsealed class SaferoomException")
    converter = text.index("public object FfiConverterTypeSaferoomError", begun)
    end = text.index("\n}\n", converter) + len("\n}\n")
    return text[:begun] + text[end:]


def with_blocking_names(text: str) -> str:
    """Calls that wait or can fail end in `Blocking`, in the classes and in their interfaces."""
    failing = failing_methods(text)
    text = re.sub(re.escape(FAILS) + r"(\s*)(override )?fun `(\w+)`", FAILS + r"\1\2fun `\3Blocking`", text)
    lines, interface, owner, waiting = [], "", "", set()
    for line in text.split("\n"):
        if line.startswith("public interface "):
            interface = line.split()[2].removesuffix("Interface")
        elif line.startswith("open class "):
            owner = line.split()[2].removesuffix(":")
        elif line == "}":
            interface = ""
        declared = re.match(r"^    fun `(\w+)`\(", line)
        if declared and (interface, declared[1]) in failing:
            line = line.replace(f"`{declared[1]}`", f"`{declared[1]}Blocking`", 1)
        waits = re.search(r"override fun `(\w+)`\(", line)
        if waits and (owner, waits[1]) in WAITING:
            line = line.replace(f"`{waits[1]}`", f"`{waits[1]}Blocking`", 1)
            waiting.add((owner, waits[1]))
        lines.append(line)
    if waiting != WAITING:
        raise SystemExit(f"calls that wait were not found: {WAITING - waiting}")
    return "\n".join(lines)


def with_own_shutdown(text: str) -> str:
    """Shutting down is the one in Threads.kt, which ends pages as well."""
    return replaced(text, " fun `shutdown`(): kotlin.ULong {", " internal fun `shutdownLibrary`(): kotlin.ULong {")


def with_ended_pages(text: str) -> str:
    """A panic wipe ends pages as well, as shutting down does."""
    text, found = re.subn(
        r"(\n[ ]*)(\*/\s*)(@Throws\(SaferoomException::class\)\s*(?:override )?fun `panicWipeBlocking`\([^\n]*\{\n(?:        [vw][^\n]*\n)*\s*return )"
        r"(FfiConverterULong\.lift\((?:(?!\n    \)\n).)*\n    \))\n",
        r"\1*\1* Pages are ended first, whatever happens then.\1\2\3endingPages { \4 }\n", text, flags=re.DOTALL)
    if found != 2:
        raise SystemExit(f"how a panic wipe is called has changed: {found} of them")
    return text


def with_failures_of_texts(text: str) -> str:
    """Half of a character fails as everything does (Texts.kt); and nothing stays of what was being written by then."""
    text = replaced(
        text,
        "        return Charsets.UTF_8.newEncoder().run {\n            onMalformedInput(CodingErrorAction.REPORT)\n"
        "            encode(CharBuffer.wrap(value))\n        }\n",
        "        return try {\n            Charsets.UTF_8.newEncoder().run {\n                onMalformedInput(CodingErrorAction.REPORT)\n"
        "                encode(CharBuffer.wrap(value))\n            }\n"
        "        } catch (_: java.nio.charset.CharacterCodingException) {\n            throw halfACharacter()\n        }\n",
    )
    was = "        } catch (e: Throwable) {\n            RustBuffer.free(rbuf)\n"
    return replaced(text, was, was.replace("            RustBuffer", "            rbuf.data?.clear(rbuf.capacity)\n            RustBuffer"))


def with_names_of_exceptions(text: str) -> str:
    """The documentation calls them what they are called here."""
    def named(link: re.Match[str]) -> str:
        return f"[{link[1]}Exception{'.' + link[2] if link[2] else ''}]"

    text, found = re.subn(r"\[`(\w+)Error(?:::(\w+))?`\]", named, text)
    left = re.search(r"^ *\*.*\w+Error::.*$", text, re.MULTILINE)
    if not found or left:
        raise SystemExit(f"the documentation has changed: {found} names of exceptions, {left and left[0]}")
    return text


def with_lambdas(text: str) -> str:
    """What the host lends is a function where it has a single one."""
    lent = re.findall(r"^internal object uniffiCallbackInterface(\w+) \{$", text, re.MULTILINE)
    made = 0
    for name in lent:
        begun = text.index(f"\npublic interface {name} {{\n") + 1
        if len(re.findall(r"^    fun `", text[begun:text.index("\n}\n", begun)], re.MULTILINE)) == 1:
            text = text[:begun] + text[begun:].replace("public interface", "public fun interface", 1)
            made += 1
    if made < 7 or made == len(lent):
        raise SystemExit(f"what the host lends has changed: {lent}")
    return text


def with_plain_status(text: str) -> str:
    """Calls fill in plain memory instead of a structure (CallStatus.kt)."""
    text, calls = re.subn(r"\buniffi_out_err: UniffiRustCallStatus\b", "uniffi_out_err: Pointer", text)
    if calls < 300:
        raise SystemExit(f"only {calls} calls were found: what uniffi writes has changed")
    for was, now in [
        ("private fun findLibraryName(", "internal fun findLibraryName("),
        ("callback: (UniffiRustCallStatus) -> U): U {\n    var status = UniffiRustCallStatus()\n    val return_value = callback(status)\n"
         "    uniffiCheckCallStatus(errorHandler, status)\n    return return_value\n}",
         "callback: (Pointer) -> U): U = CallStatus.of(errorHandler, callback)"),
        ("private inline fun <U> uniffiRustCall(callback: (UniffiRustCallStatus) -> U): U {",
         "private inline fun <U> uniffiRustCall(callback: (Pointer) -> U): U {"),
    ]:
        text = replaced(text, was, now)
    return text


def with_every_failure_of_hosts(text: str) -> str:
    """Whatever the host's code throws is a failure of its call, an `Error` as well: JNA answers nothing for those, which the
    library takes for success. No text of the host crosses."""
    text = replaced(text, "    } catch(e: kotlin.Exception) {\n", "    } catch(e: Throwable) {\n", times=2)
    text, texts = re.subn(
        r" *val err = try \{ e\.stackTraceToString\(\) \} catch\(_: Throwable\) \{ \"\" \}\n"
        r"( *callStatus\.code = UNIFFI_CALL_UNEXPECTED_ERROR\n) *callStatus\.error_buf = FfiConverterString\.lower\(err\)\n",
        r"\1", text)
    # Also when the object that is called is no longer known.
    text, lookups = re.subn(r"( *)(val uniffiObj = [\w.]+\.get\(uniffiHandle\)\n)( *val makeCall = \{ ->\n)", r"\3\1    \2", text)
    if texts != 2 or lookups < 8:
        raise SystemExit("how the host's code is called has changed")
    return text


def with_failures_inside(text: str) -> str:
    """A panic that was contained is a failure like any other, and nobody sees its text (Errors.kt)."""
    begun = text.index("private fun<E: kotlin.Exception> uniffiCheckCallStatus(")
    end = text.index("\n}\n", begun)
    check = (
        "internal fun<E: kotlin.Exception> uniffiCheckCallStatus(errorHandler: UniffiRustCallStatusErrorHandler<E>, status: UniffiRustCallStatus) {\n"
        "    if (status.isSuccess()) return\n"
        "    if (status.isError()) throw errorHandler.lift(status.error_buf)\n"
        "    RustBuffer.free(status.error_buf)\n"
        "    throw failedInside()"
    )
    if "FfiConverterString.lift(status.error_buf)" not in text[begun:end]:
        raise SystemExit("how a panic is told has changed")
    return text[:begun] + check + text[end:]


def with_use_after_close(text: str) -> str:
    """Whoever uses what was closed is told so by an exception of saferoom."""
    was = 'throw IllegalStateException("${this.javaClass.simpleName} object has already been destroyed")'
    return replaced(text, was, "throw closedBefore(this)", times=None)


def with_fences(text: str) -> str:
    """An object that nobody holds any more is not let go of while a call uses its handle."""
    was = "        } finally {\n            // This decrement always matches the increment we performed above.\n"
    fence = "            java.lang.ref.Reference.reachabilityFence(this)\n"
    return replaced(text, was, was.replace("finally {\n", "finally {\n" + fence), times=None)


def with_borrowed_handle(text: str) -> str:
    """The session's `callWithHandle` once more, without a handle of its own for the call: for what only looks at it."""
    session = text.index("\nopen class Session:")
    begun = text.index("    internal inline fun <R> callWithHandle(", session)
    end = text.index("\n    }\n", begun) + len("\n    }\n")
    borrowing = text[begun:end].replace("callWithHandle", "borrowHandle").replace("this.uniffiCloneHandle()", "this.handle")
    if "borrowHandle" not in borrowing or "block(this.handle)" not in borrowing or "reachabilityFence" not in borrowing:
        raise SystemExit("how a session's calls hold its handle has changed")
    return text[:end] + "\n    /** @suppress */\n" + borrowing + text[end:]


def with_locked_ends(text: str) -> str:
    """A session that is closed is locked first: what was made from it, such as a feed of changes, holds it on the other side."""
    session = text.index("\nopen class Session:")
    was = ("        if (this.wasDestroyed.compareAndSet(false, true)) {\n"
           "            // This decrement always matches the initial count of 1 given at creation time.\n"
           "            if (this.callCounter.decrementAndGet() == 0L) {\n                cleanable?.clean()\n            }\n        }\n")
    now = ("        if (this.wasDestroyed.compareAndSet(false, true)) {\n"
           "            try {\n                if (handle != 0L) `lockBlocking`()\n            } finally {\n"
           "                if (this.callCounter.decrementAndGet() == 0L) cleanable?.clean()\n            }\n        }\n")
    place = text.find(was, session)
    if place < 0 or place > text.index("\n}\n", session):
        raise SystemExit("how a session is let go of has changed")
    return text[:place] + now + text[place + len(was):]


def with_held_buffers(text: str) -> str:
    """A direct buffer is held while the library looks into it, and is read from its position on."""
    text = replaced(
        text,
        "    @JvmField var len: Int = 0\n    @JvmField var data: Pointer? = null\n\n    class ByValue : ForeignBytes()",
        "    @JvmField var len: Int = 0\n    @JvmField var data: Pointer? = null\n"
        "    internal var held: java.nio.ByteBuffer? = null\n\n    class ByValue : ForeignBytes()",
    )
    return replaced(
        text,
        "com.sun.jna.Native.getDirectBufferPointer(value)\n",
        "com.sun.jna.Native.getDirectBufferPointer(value).share(value.position().toLong())\n        fb.held = value\n",
    )


def replaced(text: str, was: str, now: str, times: int | None = 1) -> str:
    """With `now` in each place of `was`, of which there are so many; or one for each class, which are more than twenty."""
    found = text.count(was)
    if found != times and not (times is None and found > 20):
        raise SystemExit(f"what uniffi writes has changed: {found} times {was}")
    return text.replace(was, now)
