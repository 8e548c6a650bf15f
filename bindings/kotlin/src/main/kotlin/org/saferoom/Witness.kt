// Who cosigns checkpoints outside the device: a rollback of the file shows against what they have seen.

package org.saferoom

/**
 * Who cosigns checkpoints: another station, an auditor's laptop, a service in the network. Called with no lock held; may wait,
 * and may call saferoom.
 */
public fun interface Witness {
    /** Answers a request (C2SP tlog-witness) with the lines of its cosignatures, or throws. */
    public suspend fun cosign(request: String): String
}

/**
 * Asks a [witness] that has seen the log with [old] entries to cosign it now; answers the cosigned checkpoint, to be kept outside
 * the device.
 *
 * What the witness throws comes out as it is. A line of a witness that [trustPolicy] does not name is left out.
 *
 * **Errors:** A failure of the log: it never had so many entries, a line is not what the witness signed, or the policy asks for
 * more of them.
 */
@Throws(SaferoomException::class)
public suspend fun Session.askWitness(witness: Witness, trustPolicy: ByteArray, old: ULong = 0UL): String {
    val request = witnessRequest(old)
    val lines = witness.cosign(request)
    return collectCosignatures(request.substringAfter("\n\n").toByteArray(), lines, trustPolicy)
}
