// Witnesses: who cosigns the log's checkpoints, so that a rollback of the whole file is seen. `Witness` itself is the library's.

import Foundation
import SaferoomNative

extension Session {
    /// Asks a witness that has cosigned the log with `old` entries to cosign it as it is now; 0 if the size is not known. Answers
    /// the checkpoint with the cosignatures that the trust policy believes, each verified: to be kept outside the device.
    ///
    /// ```swift
    /// let kept = try await session.askWitness(peerStation, trustPolicy: policy, old: seen)
    /// ```
    ///
    /// The witness is called on a thread that may wait for the network, with no lock held, and may call saferoom. One that has
    /// cosigned another size throws ``WitnessError/OtherSize(cosigned:)``, and is asked once more, from there. What else than a
    /// ``WitnessError`` it throws is told as a failure, without its text. A line of a witness that the policy does not name is
    /// left out.
    ///
    /// - Throws: `SaferoomError`. The witness cannot be reached (2006), does not cosign (2007) or failed (2010); it is said to have
    ///   cosigned more than the log has, as after a rollback (2009); nobody whom the policy believes has cosigned (2011); a line is
    ///   none, or one of a believed witness is false; otherwise as `witnessRequest`.
    public func askWitness(_ witness: any Witness, trustPolicy: Data, old: UInt64 = 0) async throws -> String {
        try await askWitness(witness: witness, trustPolicy: trustPolicy, old: old)
    }
}
