package org.saferoom

import com.fasterxml.jackson.databind.JsonNode
import com.fasterxml.jackson.databind.ObjectMapper
import java.nio.ByteBuffer
import java.nio.file.Files
import java.nio.file.Path
import kotlinx.coroutines.runBlocking
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertNull
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.io.TempDir

private val shared: Path = Path.of(System.getProperty("saferoom.root"), "tests")

private fun json(path: String): JsonNode = ObjectMapper().readTree(shared.resolve(path).toFile())

/** The vectors that a host can call with: `tests/conformance/calls.json` names them for every language. */
class VectorTest {
    @TempDir
    lateinit var folder: Path

    @Test
    fun `every vector is accepted, or refused with its code`() = runBlocking {
        val index = json("conformance/calls.json")
        val calls = Calls(folder)
        var count = 0
        for (entry in index["calls"]) {
            for (vector in taken(entry)) {
                val what = "${entry.text("call")}: ${vector.text("name")}"
                val wanted = vector["code"]?.intValue()
                assertEquals(vector.has("error"), wanted != null, "$what: no code")
                try {
                    val answer = calls.answer(entry, vector)
                    assertNull(wanted, "$what: accepted")
                    entry["same"]?.let { assertEquals(vector["expected"][it.textValue()].asText(), answer, what) }
                } catch (refused: SaferoomException) {
                    assertEquals(wanted, refused.code, "$what: $refused")
                }
                count++
            }
        }
        assertTrue(count >= index["least"].intValue(), "$count")
    }

    /** The vectors of one entry of the index. */
    private fun taken(entry: JsonNode): List<JsonNode> = json("vectors/${entry.text("vectors")}").filter { vector ->
        val asked = entry["with"]?.let { vector.has(it.textValue()) } ?: true
        val excluded = entry["without"]?.let { vector.has(it.textValue()) } ?: false
        asked && !excluded
    }
}

/** What each `call` answers, as text. */
private class Calls(private val folder: Path) {
    private var made = 0

    suspend fun answer(entry: JsonNode, vector: JsonNode): String = when (val call = entry.text("call")) {
        "leaf_hash" -> hash(vector.bytes("input"))
        "verify_inclusion", "verify_consistency" -> prove(vector)
        "verify_note" -> {
            val verified = verifyNote(vector.bytes("input"), vector.texts("keys"))
            assertEquals(vector["expected"].text("text"), verified.text.toByteArray().toHex())
            ""
        }
        "verify_checkpoint" -> verifyCheckpoint(vector.bytes("input"), vector.texts("keys")).origin
        "verify_entry_proof" -> {
            // Of a proof for another leaf the entry is not known.
            val leaf = entry.bytes("entry").takeIf { hash(it) == vector.text("leaf_hash") } ?: ByteArray(0)
            verifyEntryProof(vector.bytes("input"), leaf, vector.texts("keys")).index.toString()
        }
        "judge_checkpoint" -> judgeCheckpoint(ByteArray(0), vector.text("policy").toByteArray()).checkpoint.origin
        "verify_court_file" -> courtFile(vector)
        "open_identity" -> {
            val file = Files.write(fresh(), vector.bytes("file"))
            Identity.openFile(file, vector.text("passphrase").toByteArray()).use { it.memberId() }
        }
        "read_enrolment" -> PublicIdentity.fromEnrolmentFile(vector.bytes("file")).use { it.fingerprint() }
        "read_emergency_secret" -> {
            val file = fresh()
            EmergencySecret.fromText(vector.text("text").toByteArray()).use { it.createTextFile(file) }
            assertTrue(vector["expected"].text("printed") in Files.readString(file))
            ""
        }
        "read_recovery_share" -> RecoveryShare.fromText(vector.text("text").toByteArray()).use { it.number().toString() }
        "packet_fingerprint" -> packetFingerprint(vector.bytes("input"))
        "verify_erasure" -> verifyErasureCertificate(vector.bytes("input"), vector.texts("custodians")).origin
        "read_access_policy" -> AccessPolicy.parse(vector.text("toml")).use { it.version().toString() }
        "add_form" -> addForm(vector)
        "verify_bundle" -> bundle(vector)
        "verify_extract" -> altered(vector).let { folder ->
            verifyExtract(folder.resolve("extract"), contents(folder).text("extract_key")).signer!!.trim()
        }
        "open_packet" -> packet(vector)
        else -> throw AssertionError("no such call: $call")
    }

    private suspend fun prove(vector: JsonNode): String {
        val proof = vector.texts("proof").map { it.toBytes() }
        val (size, root) = vector.number("size") to vector.bytes("root")
        if (vector.has("index")) {
            verifyInclusion(vector.bytes("leaf_hash"), vector.number("index"), size, proof, root)
        } else {
            verifyConsistency(vector.number("old_size"), vector.bytes("old_root"), size, root, proof)
        }
        return ""
    }

    private suspend fun courtFile(vector: JsonNode): String {
        val folder = Files.createDirectory(fresh())
        for ((name, content) in vector["files"].fields()) Files.write(folder.resolve(name), content.textValue().toBytes())
        return verifyCourtFile(folder, vector.text("policy").toByteArray()).size.toString()
    }

    /** Each form in a vault of its own: one form can be in the way of another. */
    private suspend fun addForm(vector: JsonNode): String = Station(Files.createDirectory(fresh())).use { station ->
        station.found().use { vault ->
            vault.signedIn(station.identity) { it.addForm(vector.text("toml"), station.identity, AccessInput("HSYSADMIN")) }
        }
        ""
    }

    private suspend fun bundle(vector: JsonNode): String {
        val folder = altered(vector)
        val policy = Files.readAllBytes(folder.resolve("trust-policy"))
        val kept = listOf(Files.readAllBytes(folder.resolve("kept-checkpoint")))
        val verified = verifyBundle(folder.resolve("bundle"), policy, kept, contents(folder).number("now").secondsToInstant())
        return verified.verdicts.filter { it.answer == BundleAnswer.FAILED }.joinToString(" ") { it.name }.ifEmpty { "none" }
    }

    /** Unlocking takes its time: once. */
    private var founder: Identity? = null

    private suspend fun packet(vector: JsonNode): String {
        val folder = altered(vector)
        val passphrase = contents(folder).text("passphrase").toByteArray()
        val founder = founder ?: Identity.openFile(folder.resolve("founder.identity"), passphrase).also { founder = it }
        val known = KnownSenders().apply { pin(Files.readAllBytes(folder.resolve("sender.address"))) }
        val receiver = Correspondent.ofIdentity(founder)
        return receiver.open(folder.resolve("case.packet"), known, folder.resolve("seen"), folder).use { "${it.info().parts.size}" }
    }

    /** What a release has left, with the change of this vector. */
    private fun altered(vector: JsonNode): Path {
        val folder = fresh()
        val left = Path.of(System.getProperty("saferoom.root"), "tests", "databases", "0.1.0")
        assertTrue(left.toFile().copyRecursively(folder.toFile()))
        val file = vector["file"]?.let { folder.resolve(it.textValue()) } ?: return folder
        if (vector.has("remove")) return folder.also { Files.delete(file) }
        var bytes = Files.readAllBytes(file)
        val place = { name: String -> vector[name]?.intValue()?.let { if (it < 0) bytes.size + it else it } }
        place("flip")?.let { bytes[it] = (bytes[it].toInt() xor 0x41).toByte() }
        place("cut_to")?.let { bytes = bytes.copyOf(it) }
        vector["append"]?.let { bytes += it.textValue().toBytes() }
        Files.write(file, bytes)
        return folder
    }

    private fun contents(folder: Path): JsonNode = ObjectMapper().readTree(folder.resolve("contents.json").toFile())

    private fun hash(entry: ByteArray): String {
        val direct = ByteBuffer.allocateDirect(entry.size).put(entry).flip()
        return leafHash(direct).toHex()
    }

    private fun fresh(): Path = folder.resolve("${++made}")
}

private fun JsonNode.text(name: String): String = get(name).textValue()

private fun JsonNode.texts(name: String): List<String> = get(name).map(JsonNode::textValue)

private fun JsonNode.bytes(name: String): ByteArray = text(name).toBytes()

/** Sizes go beyond 2^63. */
private fun JsonNode.number(name: String): ULong = get(name).bigIntegerValue().toString().toULong()

private fun String.toBytes(): ByteArray = chunked(2).map { it.toInt(16).toByte() }.toByteArray()

private fun ByteArray.toHex(): String = joinToString("") { "%02x".format(it) }
