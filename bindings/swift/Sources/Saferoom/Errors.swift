// What can go wrong: one error type, with a stable code, the part that it comes from, a plain text and advice.

import Foundation
import SaferoomNative

extension SaferoomError: LocalizedError, CustomStringConvertible {
    /// The stable number; hundreds tell the part of saferoom. 0 is a bug inside.
    public var code: UInt16 { switch self { case .Failure(let code, _, _, _, _): code } }

    /// What kind of thing went wrong, to catch by: `catch let error as SaferoomError where error.kind == .refused`.
    public var kind: Kind { Kind(of: self) }

    /// The part of saferoom that it comes from, by the hundreds of its code.
    public var part: ErrorKind { switch self { case .Failure(_, let kind, _, _, _): kind } }

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

extension SaferoomError {
    /// What kind of thing went wrong. Python has a class of exceptions for each.
    public enum Kind: CaseIterable, Sendable {
        /// A sealed value does not open.
        case seal
        /// Keys, identities, the host's key store.
        case keys
        /// A record or a value breaks a rule; nothing was written.
        case model
        /// The access log, or a witness of it.
        case log
        /// The file: missing, not a vault, of a newer release, or the disk failed.
        case store
        /// The purpose was refused, the role does not allow it, or the member holds no key. The attempt was logged.
        case refused
        /// A change of members is not possible, not signed by enough custodians, or outdated; nothing was changed.
        case roster
        /// An access policy is not safe or not well formed; the text names the place.
        case policy
        /// A document about erasures is malformed, changed, or not signed by known custodians.
        case erasure
        /// The vault as a whole.
        case vault
        /// The file was changed from outside, or an older copy was put in its place.
        case altered
        /// Import and export.
        case exchange
        /// A text that is no id, what was wiped by ``shutdown()`` or with an identity, and what is not in this build.
        case input
        /// A packet that cannot be made, opened or accepted.
        case packet
        /// Good practice refuses it: a step of an interview out of order, a disclosure without consent.
        case practice
        /// A table or a specification from which nothing can be released.
        case release
        /// What cannot be done with a statement, or with what was closed for changes.
        case statement
        /// A referral that cannot be sent or moved, or an answer that does not belong to it.
        case referral
        /// A chain of custody with a gap, or an exhibit that must not be opened.
        case custody
        /// Rooms of a station that cannot be taken in.
        case rooms
        /// A bug in saferoom. A call that cannot throw, such as `lock()` in a function that is not `async`, ends the app instead;
        /// neither tells the text of the fault, which may hold anything.
        case inside

        init(of error: SaferoomError) {
            switch error.code {
            case 0: self = .inside
            case 612...614, 616...619, 621, 622, 629, 632...634, 639: self = .roster
            case 620, 628, 676, 679: self = .altered
            case 640...669: self = .policy
            case 680...689: self = .erasure
            default: self = Kind(error.part)
            }
        }

        private init(_ part: ErrorKind) {
            self =
                switch part {
                case .seal: .seal
                case .keys: .keys
                case .model: .model
                case .log: .log
                case .store: .store
                case .access: .refused
                case .vault: .vault
                case .integrity: .altered
                case .exchange: .exchange
                case .input: .input
                case .packet: .packet
                case .practice: .practice
                case .release: .release
                case .statement: .statement
                case .referral: .referral
                case .custody: .custody
                case .rooms: .rooms
                }
        }
    }
}
