// What is written in a vault, as a sequence: kinds and ids, for lists that stay fresh.

import Foundation
import SaferoomNative

/// The records that are made or amended from the moment it was asked for, in whichever session or process.
///
/// Listening does not count as using the session: one that nobody uses locks itself, and the sequence then throws
/// ``SaferoomError/Code/sessionIdle``. It ends without an error when its task is cancelled.
public struct Changes: AsyncSequence, Sendable {
    public typealias Element = RecordInfo

    let feed: ChangeFeed
    let nanoseconds: UInt64

    public func makeAsyncIterator() -> AsyncIterator {
        AsyncIterator(feed: feed, nanoseconds: nanoseconds)
    }

    public struct AsyncIterator: AsyncIteratorProtocol {
        let feed: ChangeFeed
        let nanoseconds: UInt64
        var heard: [RecordInfo] = []

        public mutating func next() async throws -> RecordInfo? {
            do {
                while heard.isEmpty {
                    heard = try await feed.next().reversed()
                    if heard.isEmpty { try await Task.sleep(nanoseconds: nanoseconds) }
                }
            } catch is CancellationError {
                return nil
            }
            return heard.popLast()
        }
    }
}

extension Session {
    /// Begins to listen, and asks again after each so many seconds: a hundredth at the least, a day at the most.
    ///
    /// ```swift
    /// for try await changed in try await session.changes(every: 0.5) { print(changed.kind ?? "?", changed.id) }
    /// ```
    ///
    /// - Throws: `SaferoomError`. The session is locked, or the file was changed from outside.
    public func changes(every seconds: TimeInterval) async throws -> Changes {
        let feed: ChangeFeed = try await changes()
        return Changes(feed: feed, nanoseconds: Changes.nanoseconds(every: seconds))
    }
}

extension Changes {
    /// How long to sleep. What is no number is as short as can be: a list that is not fresh would be missed, not seen.
    static func nanoseconds(every seconds: TimeInterval) -> UInt64 {
        let (least, most): (TimeInterval, TimeInterval) = (0.01, 86_400)
        return UInt64((seconds > least ? Swift.min(seconds, most) : least) * 1_000_000_000)
    }
}
