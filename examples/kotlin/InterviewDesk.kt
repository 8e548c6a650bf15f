// An intake-and-interview desk for the console, as an app would be built on saferoom: a case and a child are taken in, the
// interview goes on step by step, and each step is durable before the next prompt. Kill it at any moment and start it again:
// it goes on where it was.
//
//     InterviewDesk FOLDER        the first line of the input is the passphrase; then one command a line, `help` lists them
//
// Persons in it are invented. What it prints has no name in it.

package org.saferoom.example

import java.io.InputStream
import java.nio.file.Files
import java.nio.file.Path
import kotlin.system.exitProcess
import kotlinx.coroutines.runBlocking
import org.saferoom.AccessInput
import org.saferoom.Identity
import org.saferoom.InterviewState
import org.saferoom.InterviewStep
import org.saferoom.LiveInterview
import org.saferoom.PhaseCompletion
import org.saferoom.QuestionTally
import org.saferoom.SaferoomException
import org.saferoom.Session
import org.saferoom.StoppedBy
import org.saferoom.Vault
import org.saferoom.cases
import org.saferoom.check
import org.saferoom.checkpoint
import org.saferoom.create
import org.saferoom.createFile
import org.saferoom.earlierInterviews
import org.saferoom.fileKeyStore
import org.saferoom.id
import org.saferoom.interviewStep
import org.saferoom.lock
import org.saferoom.open
import org.saferoom.openFile
import org.saferoom.records.Case
import org.saferoom.records.Child
import org.saferoom.records.Interview
import org.saferoom.records.Statement
import org.saferoom.recordsOf
import org.saferoom.resumeInterview
import org.saferoom.signInWithFile
import org.saferoom.startInterview
import org.saferoom.state
import org.saferoom.takeStatement
import org.saferoom.unit
import org.saferoom.view
import org.saferoom.wipe

/** What the person at the desk works for; it stands in the log beside each access. */
private val access = AccessInput("forensic-interview")

private const val COMMANDS = "intake SEX AGE | start | phase CODE | count KIND | break REASON | back | child-stops | " +
    "statement WORDS | show | check | checkpoint | quit"

private val tallies = mapOf(
    "invitation" to QuestionTally.INVITATION, "cued" to QuestionTally.CUED_INVITATION,
    "directive" to QuestionTally.DIRECTIVE, "option" to QuestionTally.OPTION_POSING,
    "suggestive" to QuestionTally.SUGGESTIVE, "supportive" to QuestionTally.SUPPORTIVE,
)

fun main(arguments: Array<String>) {
    if (arguments.size != 1) {
        say("InterviewDesk FOLDER")
        exitProcess(2)
    }
    try {
        runBlocking { atDesk(Path.of(arguments[0])) }
    } catch (error: SaferoomException) {
        say(error.toString())
        exitProcess(1)
    }
}

private suspend fun atDesk(folder: Path) {
    val passphrase = line(System.`in`) ?: ByteArray(0)
    val identityFile = folder.resolve("me.identity")
    openVault(folder, identityFile, passphrase).use { vault ->
        vault.signInWithFile(identityFile, passphrase).use { session ->
            passphrase.wipe()
            try {
                serve(Work(session))
            } finally {
                session.lock() // its keys are wiped when the desk is left, whatever happens
            }
        }
    }
}

/** The vault of a folder; it and the identity are made when the folder is used for the first time. */
private suspend fun openVault(folder: Path, identityFile: Path, passphrase: ByteArray): Vault {
    val file = folder.resolve("desk.saferoom")
    // On Android: a key store over the Android Keystore, as docs/android.md shows.
    val keys = fileKeyStore(folder.resolve("keys"))
    if (Files.exists(file)) return Vault.open(file, keys)
    val identity = if (Files.exists(identityFile)) Identity.openFile(identityFile, passphrase)
    else Identity.createFile(identityFile, passphrase)
    return identity.use { Vault.create(file, keys, it, "police.example.org/desk/1", "Example unit") }
}

private suspend fun serve(work: Work) {
    work.goOn()
    while (true) {
        val words = line(System.`in`)?.toString(Charsets.UTF_8)?.split(' ')?.filter(String::isNotEmpty) ?: return
        if (words == listOf("quit")) return
        try {
            work.take(words)
        } catch (refused: SaferoomException.SessionLocked) {
            say(refused.toString())
            return
        } catch (refused: SaferoomException) {
            // What good practice refuses, and what to do; nothing was recorded.
            say("${refused.text}. ${refused.advice} [${refused.code}]")
        }
    }
}

/** A member at work: the child whose turn it is, and the interview that goes on. */
private class Work(private val session: Session) {
    private var child: String? = null
    private var live: LiveInterview? = null

    /** Finds the interview that was under way when the program ended, however it ended. */
    suspend fun goOn() {
        for (case in session.cases(access)) {
            val records = session.recordsOf(case, access)
            child = records.lastOrNull { it.kind == "child" }?.id ?: child
            for (record in records.filter { it.kind == "interview" }) {
                val found = session.resumeInterview(record.id, access)
                if (found.state == InterviewState.RUNNING || found.state == InterviewState.ON_BREAK) live = found
            }
        }
        say(live?.let { "the interview goes on: ${summary(it)}" } ?: "no interview is under way")
    }

    suspend fun take(words: List<String>) {
        val argument = words.drop(1).joinToString(" ")
        when (words.firstOrNull()) {
            "intake" -> intake(words)
            "start" -> start()
            "phase" -> step(InterviewStep.Enter(argument, PhaseCompletion.FULL))
            "count" -> tallies[argument]?.let { step(InterviewStep.Count(it)) } ?: say("count one of: ${tallies.keys}")
            "break" -> step(InterviewStep.BeginBreak(argument, null))
            "back" -> step(InterviewStep.EndBreak(true))
            "child-stops" -> step(InterviewStep.Stop(StoppedBy.CHILD))
            "statement" -> statement(argument)
            "show" -> say(live?.let { summary(it) } ?: "no interview is under way")
            "check" -> say("checked ${session.check().revisions} revisions")
            "checkpoint" -> say(session.checkpoint())
            else -> say(COMMANDS)
        }
    }

    private suspend fun intake(words: List<String>) {
        val age = words.getOrNull(2)?.toLongOrNull() ?: return say("intake SEX AGE")
        val case = session.create(Case(), session.unit, access).record
        child = session.create(Child(sex = words[1], role = "victim", ageAtReport = age), case, access).record
        say("taken in")
    }

    private suspend fun start() {
        val child = child ?: return say("take a child in first")
        // Who was interviewed before is not asked again without a reason.
        session.earlierInterviews(child, access).use { earlier ->
            val plan = Interview(purpose = "initial", interviewer = session.unit, protocol = "nichd_revised")
            live = session.startInterview(child, plan.toFields(), earlier, false, access).also { say(summary(it)) }
        }
    }

    private suspend fun step(step: InterviewStep) {
        val live = live ?: return say("no interview is under way")
        session.interviewStep(live, step, null, access)
        say(summary(live))
    }

    private suspend fun statement(words: String) {
        val live = live ?: return say("no interview is under way")
        val told = Statement(kind = "summary", body = words)
        val taken = session.takeStatement(live.id, told.toFields(), "en", access)
        say("kept; ${taken.warnings.size} words to look at again")
    }

    private suspend fun summary(live: LiveInterview): String {
        val view = live.view()
        val counted = view.tallies.filter { it.count > 0UL }.map { ", ${it.tally} ${it.count}" }
        return "${view.state}, ${view.phases.size} phases, ${view.breaks.size} breaks${counted.joinToString("")}"
    }
}

/** A line of the input as bytes: a passphrase is never a `String`, which nobody can wipe. */
private fun line(input: InputStream): ByteArray? {
    var bytes = ByteArray(256)
    var length = 0
    while (true) {
        val next = input.read()
        if (next == '\n'.code || (next < 0 && length > 0)) break
        if (next < 0) return null
        if (length == bytes.size) bytes = bytes.let { old -> old.copyOf(length * 2).also { old.wipe() } }
        bytes[length++] = next.toByte()
    }
    return bytes.copyOf(length).also { bytes.wipe() }
}

/** Printed at once: whoever waits for an answer gets it. */
private fun say(text: String) {
    println(text)
    System.out.flush()
}
