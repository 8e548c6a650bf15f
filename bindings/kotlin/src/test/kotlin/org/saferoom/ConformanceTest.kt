package org.saferoom

import com.fasterxml.jackson.databind.JsonNode
import com.fasterxml.jackson.databind.ObjectMapper
import java.nio.file.Path
import java.time.Instant
import kotlinx.coroutines.runBlocking
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.io.TempDir

/** The scenario that every language runs (`tests/conformance/README.md`). */
class ConformanceTest {
    @TempDir
    lateinit var folder: Path

    @Test
    fun `the scenario goes as it is written`() = runBlocking {
        val file = Path.of(System.getProperty("saferoom.root"), "tests/conformance/scenario.json")
        val scenario = ObjectMapper().readTree(file.toFile())
        Identity.generate().use { identity ->
            val keys = fileKeyStore(folder.resolve("keys"))
            val (origin, unit) = scenario["origin"].textValue() to scenario["unit"].textValue()
            Vault.create(folder.resolve("vault.saferoom"), keys, identity, origin, unit).use { vault ->
                vault.signedIn(identity) { session ->
                    val runner = Runner(session, identity, folder, scenario["purpose"].textValue())
                    val steps = scenario["steps"].toList()
                    assertTrue(steps.size > 20)
                    steps.forEachIndexed { number, step ->
                        val code = try {
                            runner.take(step)
                            null
                        } catch (refused: SaferoomException) {
                            refused.code
                        }
                        assertEquals(step["code"]?.intValue(), code, "step $number: $step")
                    }
                }
            }
        }
    }
}

private class Runner(
    private val session: Session, private val identity: Identity, private val folder: Path, private val purpose: String,
) {
    /** Ids of records, by the name that the scenario gives them. */
    private val names = mutableMapOf("unit" to session.unit())
    private lateinit var live: LiveInterview
    private var bundles = 0

    suspend fun take(step: JsonNode) {
        when (val what = step.text("do")) {
            "create" -> create(step)
            "amend" -> amend(step)
            "read" -> read(step)
            "search" -> search(step)
            "history" -> history(step)
            "interview" -> interview(step)
            "step" -> session.interviewStep(live, interviewStep(step), null, access(step))
            "view" -> view(step)
            "check" -> session.check()
            "verify_log" -> verifyLog(step)
            "erase" -> erase(step)
            else -> throw AssertionError("no such step: $what")
        }
    }

    private suspend fun create(step: JsonNode) {
        val made = session.create(step.text("kind"), id(step["below"]), fields(step["fields"]), access(step))
        assertEquals(step["revision"].longValue(), made.number.toLong())
        names[step.text("as")] = made.record
    }

    private suspend fun amend(step: JsonNode) {
        val made = session.amend(id(step["record"]), step.text("kind"), fields(step["fields"]), access(step))
        assertEquals(step["revision"].longValue(), made.number.toLong())
    }

    private suspend fun read(step: JsonNode) = session.read(id(step["record"]), step.text("kind"), access(step)).use { opened ->
        assertTrue(opened.fields() == fields(step["fields"]), "other values: $step")
        assertEquals(step["revision"].longValue(), opened.revision().toLong())
    }

    private suspend fun search(step: JsonNode) {
        val found = session.search(step.text("kind"), listOf(SearchCriterion.Exact(step.text("exact"))), access(step))
        assertEquals(step["found"].map(::id), found.records.map { it.id })
    }

    private suspend fun history(step: JsonNode) {
        val numbers = session.history(id(step["record"]), access(step)).map { it.number.toLong() }
        assertEquals(step["numbers"].map(JsonNode::longValue), numbers)
    }

    private suspend fun interview(step: JsonNode) {
        val child = id(step["child"])
        session.earlierInterviews(child, access(step)).use { earlier ->
            live = session.startInterview(child, fields(step["fields"]), earlier, false, access(step))
        }
    }

    private fun interviewStep(step: JsonNode): InterviewStep = when {
        step.has("enter") -> InterviewStep.Enter(step.text("enter"), PhaseCompletion.FULL)
        step.has("break") -> InterviewStep.BeginBreak(step.text("break"), null)
        step.has("child_stops") -> InterviewStep.Stop(StoppedBy.CHILD)
        else -> InterviewStep.Count(QuestionTally.valueOf(step.text("count").uppercase()))
    }

    private suspend fun view(step: JsonNode) {
        val view = live.view()
        assertEquals(step.text("state"), view.state.name.lowercase())
        assertEquals(step["phases"].intValue(), view.phases.size)
        assertEquals(step["breaks"].intValue(), view.breaks.size)
        val counted = view.tallies.single { it.tally == QuestionTally.INVITATION }.count
        assertEquals(step["invitations"].longValue(), counted.toLong())
    }

    private suspend fun verifyLog(step: JsonNode) {
        val bundle = folder.resolve("bundle-${++bundles}")
        session.exportLog(bundle, emptyList(), DisclosedReasons.None, access(step))
        val verified = verifyBundle(bundle, session.trustPolicy().toByteArray(), emptyList(), Instant.now())
        assertTrue(verified.verdicts.none { it.answer == BundleAnswer.FAILED }, verified.toString())
        assertTrue((verified.size ?: 0UL) >= 10UL, verified.toString())
    }

    private suspend fun erase(step: JsonNode) {
        val proposal = session.proposeErasure(listOf(id(step["record"])), ErasureGround.Order, access(step))
        assertEquals(1UL, session.erase(proposal.signedBy(identity), access(step)).cases)
    }

    private fun access(step: JsonNode) = AccessInput(step["purpose"]?.textValue() ?: purpose, step["reason"]?.textValue())

    private fun id(name: JsonNode): String = names.getValue(name.textValue())

    private fun fields(fields: JsonNode?): Map<String, FieldValue> =
        fields?.fields()?.asSequence()?.associate { (name, value) -> name to value(value) } ?: emptyMap()

    private fun value(value: JsonNode): FieldValue {
        val (form, inner) = value.fields().next()
        return when (form) {
            "text" -> FieldValue.Text(inner.textValue())
            "code" -> FieldValue.Code(inner.textValue())
            "date" -> FieldValue.Date(inner.textValue())
            "place" -> FieldValue.Place(inner.textValue())
            "time" -> FieldValue.Time(Instant.ofEpochMilli(inner.longValue()))
            "bool" -> FieldValue.Bool(inner.booleanValue())
            "unsigned" -> FieldValue.Unsigned(inner.longValue().toULong())
            "record" -> FieldValue.Id(id(inner))
            "items" -> FieldValue.Items(inner.map(::value))
            else -> throw AssertionError("no such form: $form")
        }
    }

    private fun JsonNode.text(name: String): String = get(name).textValue()
}
