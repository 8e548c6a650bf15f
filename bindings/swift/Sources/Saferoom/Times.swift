// Moments and spans as Swift has them, and files as URLs, where make_layer.py does not reach.

import Foundation
import SaferoomNative

extension LiveInterview {
    /// Minutes without breaks until this moment, or until the end.
    ///
    /// - Throws: `SaferoomError`. The moment is none that saferoom records.
    public func netMinutes(at moment: Date) throws -> UInt64 { try netMinutes(at: moment.milliseconds) }

    /// How long it is since the last break ended, or since the start, at a moment; nil on a break and after the end.
    ///
    /// - Throws: `SaferoomError`. The moment is none that saferoom records.
    public func sinceBreak(now: Date) throws -> TimeInterval? {
        try sinceBreak(now: now.milliseconds).map { TimeInterval($0) / 1000 }
    }
}

extension BackupKey {
    /// `notAfter()` as a date: from then on no backup under this key opens.
    public var notAfterDate: Date { Date(milliseconds: Int64(clamping: notAfter())) }
}

@available(iOS 16, macOS 13, *)
extension BackupKey {
    /// As `createFile(path:passphrase:lifetimeSeconds:)`, for whole seconds of a duration.
    public static func createFile(path: URL, passphrase: Data, lifetime: Duration) async throws -> BackupKey {
        try await createFile(path: path, passphrase: passphrase, lifetimeSeconds: lifetime.wholeSeconds)
    }
}

@available(iOS 16, macOS 13, *)
extension Vault {
    /// As `setIdleTimeout(seconds:)`, for whole seconds of a duration.
    public func setIdleTimeout(_ timeout: Duration) { setIdleTimeout(seconds: timeout.wholeSeconds) }
}

@available(iOS 16, macOS 13, *)
extension Session {
    /// Begins to listen, as with a number of seconds.
    public func changes(every time: Duration) async throws -> Changes {
        let (seconds, attoseconds) = time.components
        return try await changes(every: TimeInterval(seconds) + TimeInterval(attoseconds) / 1e18)
    }
}

@available(iOS 16, macOS 13, *)
extension Duration {
    /// What is left of a second does not count, and nothing is less than none.
    fileprivate var wholeSeconds: UInt64 { UInt64(clamping: components.seconds) }
}

extension LogQuestion {
    /// Asks for the entries that fit all that is given; `from` a moment on, and `before` another.
    public init(
        record: String? = nil, member: String? = nil, from: Date? = nil, before: Date? = nil, purpose: String? = nil,
        event: UInt16? = nil, ending: LogEnding? = nil
    ) {
        let number = { (date: Date) in UInt64(clamping: date.milliseconds) }
        self.init(
            record: record, member: member, since: from.map(number), until: before.map(number), purpose: purpose,
            event: event, ending: ending)
    }
}

extension ClockReading {
    /// What a clock says: the time of day, and how long it is since some fixed moment.
    public init(wall: Date, monotonic seconds: TimeInterval) {
        let monotonic = seconds > 0 ? UInt64(exactly: (seconds * 1000).rounded()) : 0
        self.init(wall: UInt64(clamping: wall.milliseconds), monotonic: monotonic ?? .max)
    }
}

extension ReferralAnswerInput {
    /// An answer that names when the child is expected.
    public init(state: String, appointment: Date, outcome: String? = nil, by: String = "", feedback: String = "") {
        self.init(
            state: state, outcome: outcome, appointmentAt: UInt64(clamping: appointment.milliseconds), by: by, feedback: feedback)
    }
}

extension PacketPartInput {
    /// A file that becomes a part.
    public init(kind: String, name: String, file: URL) { self.init(kind: kind, name: name, path: file.path) }
}

extension BuiltExtract {
    /// The file with the public key, beside the folder.
    public var publicKeyFile: URL { URL(fileURLWithPath: publicKey) }

    /// The file with the way back from its pseudonyms; none where no key for reversals is in force.
    public var wayBackFile: URL? { wayBack.map { URL(fileURLWithPath: $0) } }
}

/// A key store in a folder that only its owner may read. Protects against whoever takes the database file alone, not against whoever
/// takes the whole disk.
public func fileKeyStore(folder: URL) -> any KeyStore { fileKeyStore(folder: folder.path) }
