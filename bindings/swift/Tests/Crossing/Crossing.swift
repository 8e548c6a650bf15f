// The Swift side of vaults that cross between languages: the commands of `bindings/examples/crossing.rs`.

import Foundation
import Saferoom

/// `found FOLDER NAME` prints the ids of a case and a child; `take|see|erase|gone FOLDER CASE CHILD NAME`.
@main struct Crossing {
    static let access = AccessInput(purpose: "forensic-interview")
    static let ordered = AccessInput(purpose: "record-management", reason: "ordered by the court of the tests")
    static let passphrase = "crossing the river"

    struct Wrong: Error { let what: String }

    static func main() async throws {
        try await run(Array(CommandLine.arguments.dropFirst()))
    }

    /// Not `main` itself, which belongs to the main actor.
    static func run(_ arguments: [String]) async throws {
        guard arguments.count >= 3 else { throw Wrong(what: "COMMAND FOLDER ...") }
        let folder = URL(fileURLWithPath: arguments[1])
        if arguments[0] == "found" { return try await found(folder, arguments[2]) }
        guard arguments.count == 5 else { throw Wrong(what: "COMMAND FOLDER CASE CHILD NAME") }
        let (opened, child, name) = (arguments[2], arguments[3], arguments[4])
        let identity = try await Identity.openFile(
            path: folder.appendingPathComponent("member.identity"), passphrase: Data(passphrase.utf8))
        let vault = try await Vault.open(path: folder.appendingPathComponent("vault.saferoom"), keyStore: keys(folder))
        try await vault.signedIn(identity) { session in
            switch arguments[0] {
            case "take": try await take(folder, session, opened, child, name)
            case "see":
                let seen = try await session.read(Records.Child.self, child, access: access).record.nickname
                try demand(seen == "from \(name)", "the nickname is another")
            case "erase":
                let proposal = try await session.proposeErasure(cases: [opened], ground: .order, access: ordered)
                let done = try await session.erase(proposal: proposal.signedBy(custodian: identity), access: ordered)
                try demand(done.cases == 1, "not erased")
            case "gone": try await gone(session, child)
            default: throw Wrong(what: "no such command")
            }
        }
    }

    static func keys(_ folder: URL) -> any KeyStore { fileKeyStore(folder: folder.appendingPathComponent("keys")) }

    static func demand(_ holds: Bool, _ what: String) throws {
        if !holds { throw Wrong(what: what) }
    }

    /// A vault with a case that says who founded it, and a child.
    static func found(_ folder: URL, _ name: String) async throws {
        let identity = try await Identity.createFile(
            path: folder.appendingPathComponent("member.identity"), passphrase: Data(passphrase.utf8))
        let vault = try await Vault.create(
            path: folder.appendingPathComponent("vault.saferoom"), keyStore: keys(folder), identity: identity,
            origin: "test.example.org/crossing", unitName: "Unit")
        try await vault.signedIn(identity) { session in
            let new = Records.Case(registerNumber: "of \(name)")
            let opened = try await session.create(new, below: session.unit(), access: access).record
            let child = Records.Child(sex: "female", role: "victim")
            print(opened)
            print(try await session.create(child, below: opened, access: access).record)
        }
    }

    /// Reads what another language wrote, adds to it, checks the file, and audits its log.
    static func take(_ folder: URL, _ session: Session, _ opened: String, _ child: String, _ name: String) async throws {
        let number = try await session.read(Records.Case.self, opened, access: access).record.registerNumber
        try demand(number == "of \(name)", "the case is of another")
        var record = try await session.read(Records.Child.self, child, access: access).record
        record.nickname = "from Swift"
        _ = try await session.amend(child, to: record, access: access)
        _ = try await session.check()
        let bundle = folder.appendingPathComponent("bundle-swift")
        _ = try await session.exportLog(folder: bundle, since: [], reasons: .none, access: access)
        let verified = try await verifyBundle(
            folder: bundle, trustPolicy: Data(session.trustPolicy().utf8), kept: [])
        try demand(verified.verdicts.allSatisfy { $0.answer != .failed }, "a verdict of the log failed")
    }

    /// Whether the child is told as erased.
    static func gone(_ session: Session, _ child: String) async throws {
        do {
            _ = try await session.read(Records.Child.self, child, access: access)
        } catch let erased as SaferoomError where erased.code == 740 {
            return
        }
        throw Wrong(what: "it opens")
    }
}
