// Witnesses: who cosigns the log's checkpoints, so that a rollback of the whole file is seen. `Witness` itself is the library's.

import Dispatch
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
    /// To cancel the task does not stop a witness that was asked: `cosign` waits as long as it wants, and should set itself a time
    /// limit. If what asks is asynchronous itself, such as `URLSession`, take ``askWitness(trustPolicy:old:_:)``.
    ///
    /// - Throws: `SaferoomError`. The witness cannot be reached (2006), does not cosign (2007) or failed (2010); it is said to have
    ///   cosigned more than the log has, as after a rollback (2009); nobody whom the policy believes has cosigned (2011); a line is
    ///   none, or one of a believed witness is false; otherwise as `witnessRequest`.
    public func askWitness(_ witness: any Witness, trustPolicy: Data, old: UInt64 = 0) async throws -> String {
        try await askWitness(witness: witness, trustPolicy: trustPolicy, old: old)
    }

    /// The same with a witness that is asked by an asynchronous function: it has the request, and answers the lines.
    ///
    /// ```swift
    /// var post = URLRequest(url: witness, timeoutInterval: 30)
    /// post.httpMethod = "POST"
    /// let kept = try await session.askWitness(trustPolicy: policy, old: seen) { [post] request in
    ///     guard let (body, answer) = try? await URLSession.shared.upload(for: post, from: Data(request.utf8)),
    ///         let status = (answer as? HTTPURLResponse)?.statusCode
    ///     else { throw WitnessError.Unreachable }
    ///     let text = String(decoding: body, as: UTF8.self)
    ///     if status == 200 { return text }
    ///     if status == 409, let size = UInt64(text.dropLast()) { throw WitnessError.OtherSize(cosigned: size) }
    ///     throw WitnessError.Refused
    /// }
    /// ```
    ///
    /// To cancel the task cancels what asks, and this waits until that has ended.
    ///
    /// - Throws: As the other form; `CancellationError` if it failed and the task was cancelled.
    public func askWitness(
        trustPolicy: Data, old: UInt64 = 0, _ ask: @escaping @Sendable (_ request: String) async throws -> String
    ) async throws -> String {
        let witness = AsyncWitness(ask)
        return try await withTaskCancellationHandler {
            do {
                return try await askWitness(witness, trustPolicy: trustPolicy, old: old)
            } catch {
                try Task.checkCancellation()
                throw error
            }
        } onCancel: {
            witness.cancel()
        }
    }
}

/// Asks in a task, for which a thread of the library waits: none of those that tasks share.
private final class AsyncWitness: Witness, @unchecked Sendable {
    private let ask: @Sendable (String) async throws -> String
    private let lock = NSLock()
    private var asking: Task<Void, Never>?
    private var isCancelled = false

    init(_ ask: @escaping @Sendable (String) async throws -> String) { self.ask = ask }

    func cosign(request: String) throws -> String {
        let answered = DispatchSemaphore(value: 0)
        nonisolated(unsafe) var answer: Result<String, any Error> = .failure(WitnessError.Failed)
        let task = Task { [ask] in
            do {
                answer = .success(try await ask(request))
            } catch {
                answer = .failure(error)
            }
            answered.signal()
        }
        let late = lock.withLock {
            asking = task
            return isCancelled
        }
        if late { task.cancel() }
        answered.wait()
        return try answer.get()
    }

    func cancel() {
        let task = lock.withLock {
            isCancelled = true
            return asking
        }
        task?.cancel()
    }
}
