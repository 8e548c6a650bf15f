// What can go wrong: one error type, with a stable code, the part that it comes from, a plain text and advice.

import Foundation
import SaferoomNative

extension SaferoomError: LocalizedError, CustomStringConvertible {
    /// The stable number; hundreds tell the part of saferoom. 0 is a bug inside.
    public var code: UInt16 { switch self { case .Failure(let code, _, _, _, _): code } }

    /// The part of saferoom that it comes from.
    public var kind: ErrorKind { switch self { case .Failure(_, let kind, _, _, _): kind } }

    /// What is wrong, in English; names kinds of records and fields, never values.
    public var text: String { switch self { case .Failure(_, _, let text, _, _): text } }

    /// What to do now, in English.
    public var advice: String { switch self { case .Failure(_, _, _, let advice, _): advice } }

    /// After too many failed attempts: how long until the next one is possible.
    public var wait: TimeInterval? {
        switch self { case .Failure(_, _, _, _, let seconds): seconds.map { TimeInterval($0) } }
    }

    public var errorDescription: String? { text }
    public var recoverySuggestion: String? { advice }
    public var description: String { "\(text) (saferoom \(code)). \(advice)" }

    /// Whether it is the one of this code.
    public func has(_ code: Code) -> Bool { self.code == code.rawValue }

    static var inside: SaferoomError {
        .Failure(code: 0, kind: .vault, text: "saferoom failed inside",
            advice: "Please report what you did; the vault is unchanged.", waitSeconds: nil)
    }
}

extension SaferoomError {
    /// Codes that an app answers in a way of its own; all others are shown with their text and advice.
    public enum Code: UInt16, CaseIterable, Sendable {
        /// The identity does not unlock with this passphrase.
        case wrongPassphrase = 201
        /// The host's key store could not answer.
        case keyStoreFailed = 220
        /// The system has invalidated this device's key: unlock with the passphrase and enrol the device anew.
        case hostKeyInvalidated = 221
        /// Too many attempts have failed: ``SaferoomError/wait`` tells when the next is possible.
        case tooManyAttempts = 222
        /// The app's own clock could not answer; nothing was done or logged.
        case clockFailed = 223
        /// Whoever signs in was suspended or has left, or this device of theirs was revoked.
        case suspended = 630
        /// So much takes a reason in words: ask the person for one, and try again with it.
        case reasonAsked = 677
        /// More than the access policy allows to the role.
        case limitReached = 678
        /// The vault has no such record.
        case notFound = 701
        /// The session was locked; its keys are wiped.
        case sessionLocked = 704
        /// The session was not used for too long and has locked itself.
        case sessionIdle = 730
    }
}
