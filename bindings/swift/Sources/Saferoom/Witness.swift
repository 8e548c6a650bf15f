// Witnesses: who cosigns the log's checkpoints, so that a rollback of the whole file is seen.

import Foundation
import SaferoomNative

/// Who cosigns checkpoints: another station, an auditor's laptop, a service on the net. Called with no lock held; may call saferoom.
public protocol Witness: Sendable {
    /// Answers a request (C2SP tlog-witness) with the lines of its cosignatures, or throws.
    func cosign(request: String) async throws -> String
}

extension Session {
    /// Asks a witness that has seen the log with `old` entries to cosign it now; answers the cosigned checkpoint, to be kept.
    ///
    /// ```swift
    /// let kept = try await session.askWitness(peerStation, trustPolicy: policy, old: seen)
    /// ```
    ///
    /// What the witness throws comes out as it is. A line of a witness that the policy does not name is left out.
    ///
    /// - Throws: `SaferoomError`. A line is none, or one of a believed witness is false; what the policy says of the checkpoint;
    ///   otherwise as `witnessRequest`.
    public func askWitness(_ witness: some Witness, trustPolicy: Data, old: UInt64 = 0) async throws -> String {
        let request = try await witnessRequest(old: old)
        // The proof ends with an empty line; the checkpoint follows.
        guard let end = request.range(of: "\n\n")?.upperBound else { throw SaferoomError.inside }
        let lines = try await witness.cosign(request: request)
        return try await collectCosignatures(
            checkpoint: Data(request[end...].utf8), lines: lines, trustPolicy: trustPolicy)
    }
}
