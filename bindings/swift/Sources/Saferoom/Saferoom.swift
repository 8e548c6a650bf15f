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
        return Result(catching: call)
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

/// Runs what cannot fail, and has to be done whatever becomes of the task, on a thread of its own.
func offThreadAlways<Answer: Sendable>(_ work: @escaping @Sendable () -> Answer) async -> Answer {
    await withCheckedContinuation { continuation in
        threads.async { continuation.resume(returning: work()) }
    }
}

extension Session {
    /// Runs several calls one after the other on a thread of their own, so that none of them blocks the caller's. What the work
    /// throws comes out as it is.
    public func run<Answer: Sendable>(_ work: @escaping @Sendable (Session) throws -> Answer) async throws -> Answer {
        try await offThread { try work(self) }
    }

    /// Ends the session: wipes its keys, whatever the app still holds. Later calls fail as locked.
    ///
    /// Waits on a thread of its own for the disk and the key store, and is done also when the task was cancelled. In a `defer`,
    /// and in functions that are not `async`, the form that waits on the caller's thread is chosen: ``use(_:)`` does not.
    /// If the library fails inside, the app ends: its keys then go with its memory.
    public func lock() async {
        await offThreadAlways { self.lock() }
    }

    /// Locks the session if nobody has used it for too long, which may wait for the disk and the key store: on a thread of its
    /// own. Answers whether the session is locked.
    public func lockIfIdle() async -> Bool {
        await offThreadAlways { self.lockIfIdle() }
    }

    /// Does the work and ends the session, also after an error or when the task is cancelled; answers when the keys are wiped. A
    /// session that the app only lets go of ends as well, but on the thread that lets go.
    public func use<Answer: Sendable>(_ work: (Session) async throws -> Answer) async throws -> Answer {
        do {
            let answer = try await work(self)
            await lock()
            return answer
        } catch {
            await lock()
            throw error
        }
    }
}

extension Vault {
    /// Signs a member in for as long as the work lasts, as ``Session/use(_:)``.
    public func signedIn<Answer: Sendable>(
        _ identity: Identity, work: (Session) async throws -> Answer
    ) async throws -> Answer {
        try await signIn(identity: identity).use(work)
    }
}
