// saferoom for Swift.
//
// The types and the calls that wait are those of the generated module, handed on from here. On top of them: every call that
// can fail also as `async` (Generated/Calls.swift), records as structs (Generated/Records.swift), dates, URLs, errors with
// their advice, changes and progress as sequences. Nothing here decides anything: every rule lives in the library.

import Dispatch
import Foundation
@_exported import SaferoomNative

/// Where calls wait for the disk and for key derivation: not on the few threads that all tasks share.
private let threads = DispatchQueue(label: "org.saferoom.calls", attributes: .concurrent)

/// Runs a call of the library on a thread of its own.
///
/// A task that is cancelled before the call begins does not begin it. A call that was begun goes on: what it wrote is written.
func offThread<Answer: Sendable>(_ call: @escaping @Sendable () throws -> Answer) async throws -> Answer {
    try Task.checkCancellation()
    let once = Once(call)
    return try await withCheckedThrowingContinuation { continuation in
        threads.async {
            let answer = once.run()
            continuation.resume(with: answer)
        }
    }
}

/// A call that is let go of before its answer is told: who hears the answer can wipe a passphrase that the call has held.
private final class Once<Answer: Sendable>: @unchecked Sendable {
    private var call: (@Sendable () throws -> Answer)?

    init(_ call: @escaping @Sendable () throws -> Answer) { self.call = call }

    func run() -> Result<Answer, any Error> {
        defer { call = nil }
        guard let call else { return .failure(SaferoomError.inside) }
        return Result { try translated(call) }
    }
}

/// As ``offThread(_:)``, for a call that tells how far it is: a cancelled task stops those that can be stopped, and the
/// sequence of the progress ends with the call.
func offThread<Answer: Sendable>(
    _ progress: (any AnyObject & Sendable)?, _ call: @escaping @Sendable () throws -> Answer
) async throws -> Answer {
    let report = progress as? ProgressReport
    defer { report?.finish() }
    return try await withTaskCancellationHandler {
        try await offThread(call)
    } onCancel: {
        report?.stop()
    }
}

/// What is no error of saferoom's own came from inside: it is told without its text.
private func translated<Answer>(_ call: () throws -> Answer) throws -> Answer {
    do {
        return try call()
    } catch let error as SaferoomError {
        throw error
    } catch {
        throw SaferoomError.inside
    }
}

extension Session {
    /// Runs several calls one after the other on a thread of their own, so that none of them blocks the caller's.
    public func run<Answer: Sendable>(_ work: @escaping @Sendable (Session) throws -> Answer) async throws -> Answer {
        try await offThread { try work(self) }
    }
}

extension Vault {
    /// Signs a member in for as long as the work lasts; the session's keys are wiped at the end, also after an error or when
    /// the task is cancelled.
    public func signedIn<Answer: Sendable>(
        _ identity: Identity, work: (Session) async throws -> Answer
    ) async throws -> Answer {
        let session = try await signIn(identity: identity)
        defer { session.lock() }
        return try await work(session)
    }
}
