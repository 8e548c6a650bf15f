// The Kotlin side of vaults that cross between languages: the commands of `bindings/examples/crossing.rs`.

package org.saferoom

import java.nio.file.Path
import java.time.Instant
import kotlinx.coroutines.runBlocking
import org.saferoom.records.Case
import org.saferoom.records.Child

private val access = AccessInput("forensic-interview")
private val ordered = AccessInput("record-management", "ordered by the court of the tests")

/** `found FOLDER NAME` prints the ids of a case and a child; `take|see|erase|gone FOLDER CASE CHILD NAME`. */
fun main(arguments: Array<String>): Unit = runBlocking {
    val (command, place) = arguments
    val folder = Path.of(place)
    if (command == "found") return@runBlocking found(folder, arguments[2])
    val (case, child, name) = arguments.drop(2)
    Identity.openFile(folder.resolve("member.identity"), passphrase()).use { identity ->
        Vault.open(folder.resolve("vault.saferoom"), keys(folder)).use { vault ->
            vault.signedIn(identity) { session ->
                when (command) {
                    "take" -> take(folder, session, case, child, name)
                    "see" -> check(session.read(Child, child, access).record.nickname == "from $name")
                    "erase" -> {
                        val proposal = session.proposeErasure(listOf(case), ErasureGround.Order, ordered)
                        check(session.erase(proposal.signedBy(identity), ordered).cases == 1UL)
                    }
                    "gone" -> gone(session, child)
                    else -> error("no such command: $command")
                }
            }
        }
    }
}

private fun passphrase() = "crossing the river".toByteArray()

private fun keys(folder: Path) = fileKeyStore(folder.resolve("keys"))

/** A vault with a case that says who founded it, and a child. */
private suspend fun found(folder: Path, name: String) {
    Identity.createFile(folder.resolve("member.identity"), passphrase()).use { identity ->
        Vault.create(folder.resolve("vault.saferoom"), keys(folder), identity, "test.example.org/crossing", "Unit").use { vault ->
            vault.signedIn(identity) { session ->
                val case = session.create(Case(registerNumber = "of $name"), session.unit(), access).record
                val child = session.create(Child(sex = "female", role = "victim"), case, access).record
                println("$case\n$child")
            }
        }
    }
}

/** Reads what another language wrote, adds to it, checks the file, and audits its log. */
private suspend fun take(folder: Path, session: Session, case: String, child: String, name: String) {
    check(session.read(Case, case, access).record.registerNumber == "of $name")
    session.amend(child, session.read(Child, child, access).record.copy(nickname = "from Kotlin"), access)
    session.check()
    val bundle = folder.resolve("bundle-kotlin")
    session.exportLog(bundle, emptyList(), DisclosedReasons.None, access)
    val verified = verifyBundle(bundle, session.trustPolicy().toByteArray(), emptyList(), Instant.now())
    check(verified.verdicts.none { it.answer == BundleAnswer.FAILED }) { verified }
}

/** Whether the child is told as erased. */
private suspend fun gone(session: Session, child: String) {
    try {
        session.read(Child, child, access)
    } catch (erased: SaferoomException) {
        check(erased.code == 740) { erased }
        return
    }
    error("it opens")
}
