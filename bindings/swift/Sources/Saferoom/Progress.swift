// Progress of long calls, as a sequence.

import Foundation
import SaferoomNative

/// How far a long call is.
public struct CallProgress: Sendable, Equatable {
    /// So much is done.
    public let done: UInt64
    /// Of so much; nil where it is not known.
    public let total: UInt64?
}

/// Hears how far one long call is. Pass it as the call's `progress`, and read ``updates`` in another task:
///
/// ```swift
/// let report = ProgressReport()
/// async let bundle = session.exportLog(folder: folder, since: [], reasons: .none, access: access, progress: report)
/// for await step in report.updates { show(step.done, of: step.total) }
/// print(try await bundle.size)
/// ```
///
/// A reader that is slow gets the newest step only. The sequence ends with the call.
public final class ProgressReport: BundleProgress, ExchangeProgress, FileProgress, MoveProgress, ReleaseProgress,
    @unchecked Sendable
{
    /// The steps, as they come.
    public let updates: AsyncStream<CallProgress>
    private let tell: AsyncStream<CallProgress>.Continuation
    private let lock = NSLock()
    private var stopped = false

    /// For one call.
    public init() {
        (updates, tell) = AsyncStream.makeStream(of: CallProgress.self, bufferingPolicy: .bufferingNewest(1))
    }

    /// Stops the call, if it is one that can be stopped (the check of a file, the search for a release); others go on.
    public func stop() {
        lock.withLock { stopped = true }
    }

    public func at(done: UInt64, total: UInt64) {
        tell.yield(CallProgress(done: done, total: total == 0 ? nil : total))
    }

    public func at(done: UInt64) {
        tell.yield(CallProgress(done: done, total: nil))
    }

    public func goOn(done: UInt64, total: UInt64) -> Bool {
        at(done: done, total: total)
        return lock.withLock { !stopped }
    }

    func finish() {
        tell.finish()
    }
}
