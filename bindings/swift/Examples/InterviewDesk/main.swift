// An intake-and-interview desk for the console, as an app would be built on saferoom: a case and a child are taken in, the
// interview goes on step by step, and each step is durable before the next prompt. Kill it at any moment and start it again:
// it goes on where it was.
//
//     interview-desk FOLDER        the first line of the input is the passphrase; then one command a line, `help` lists them
//
// Persons in it are invented. What it prints has no name in it.

import Foundation
import Saferoom

/// What the person at the desk works for; it stands in the log beside each access.
let access = AccessInput(purpose: "forensic-interview")

/// Lines of the standard input, byte by byte: a passphrase is never a `String`, which nobody can wipe.
struct Input {
    func bytes() -> Data? {
        var line = Data()
        var byte: UInt8 = 0
        while read(STDIN_FILENO, &byte, 1) == 1 {
            if byte == UInt8(ascii: "\n") { return line }
            line.append(byte)
        }
        return line.isEmpty ? nil : line
    }

    func words() -> [String]? {
        bytes().map { String(decoding: $0, as: UTF8.self).split(separator: " ").map(String.init) }
    }
}

/// Printed at once: whoever waits for an answer gets it.
func say(_ text: String) {
    print(text)
    fflush(nil)
}

/// The vault and the identity of a folder, made when it is used for the first time.
struct Desk {
    let vault: Vault
    let identityFile: URL

    static func open(_ folder: URL, passphrase: Data) async throws -> Desk {
        let (file, identityFile) = (folder.appendingPathComponent("desk.saferoom"), folder.appendingPathComponent("me.identity"))
        // On a phone or a Mac: KeychainStore, which keeps these secrets on the device.
        let keys = fileKeyStore(folder: folder.appendingPathComponent("keys"))
        if !FileManager.default.fileExists(atPath: file.path) {
            let identity = FileManager.default.fileExists(atPath: identityFile.path)
                ? try await Identity.openFile(path: identityFile, passphrase: passphrase)
                : try await Identity.createFile(path: identityFile, passphrase: passphrase)
            let vault = try await Vault.create(
                path: file, keyStore: keys, identity: identity, origin: "police.example.org/desk/1", unitName: "Example unit")
            return Desk(vault: vault, identityFile: identityFile)
        }
        return Desk(vault: try await Vault.open(path: file, keyStore: keys), identityFile: identityFile)
    }
}

/// A member at work: the child whose turn it is, and the interview that goes on.
final class Work {
    let session: Session
    var child: String?
    var live: LiveInterview?

    init(_ session: Session) { self.session = session }

    /// Finds the interview that was under way when the program ended, however it ended.
    func goOn() async throws {
        for id in try await session.cases(access: access) {
            let records = try await session.recordsOf(id: id, access: access)
            child = records.last { $0.kind == "child" }?.id ?? child
            for record in records where record.kind == "interview" {
                let found = try await session.resumeInterview(id: record.id, access: access)
                if found.state() == .running || found.state() == .onBreak { live = found }
            }
        }
        say(live == nil ? "no interview is under way" : "the interview goes on: \(try summary())")
    }

    func take(_ words: [String]) async throws {
        switch (words.first ?? "", words.count) {
        case ("intake", 3): try await intake(sex: words[1], age: UInt64(words[2]))
        case ("start", 1): try await start()
        case ("phase", 2): try await step(.enter(phase: words[1], previous: .full))
        case ("count", 2):
            guard let tally = tallies[words[1]] else { return say("count one of: \(tallies.keys.sorted().joined(separator: " "))") }
            try await step(.count(tally: tally))
        case ("break", 2): try await step(.beginBreak(reason: words[1], withChild: nil))
        case ("back", 1): try await step(.endBreak(topicNotDiscussed: true))
        case ("child-stops", 1): try await step(.stop(by: .child))
        case ("statement", 2...): try await statement(words.dropFirst().joined(separator: " "))
        case ("show", 1): say(live == nil ? "no interview is under way" : try summary())
        case ("check", 1): say("checked \(try await session.check().revisions) revisions")
        case ("checkpoint", 1): say(try await session.checkpoint())
        default: say("intake SEX AGE | start | phase CODE | count KIND | break REASON | back | child-stops | statement WORDS | show | check | checkpoint | quit")
        }
    }

    private func intake(sex: String, age: UInt64?) async throws {
        let opened = try await session.create(Records.Case(), below: session.unit(), access: access).record
        let new = Records.Child(sex: sex, role: "victim", ageAtReport: age)
        child = try await session.create(new, below: opened, access: access).record
        say("taken in")
    }

    private func start() async throws {
        guard let child else { return say("take a child in first") }
        // Who was interviewed before is not asked again without a reason.
        let earlier = try await session.earlierInterviews(child: child, access: access)
        let plan = Records.Interview(purpose: "initial", interviewer: session.unit(), protocol: "nichd_revised")
        live = try await session.startInterview(
            parent: child, fields: plan.fieldValues(), earlier: earlier, urgent: false, access: access)
        say(try summary())
    }

    private func step(_ step: InterviewStep) async throws {
        guard let live else { return say("no interview is under way") }
        try await session.interviewStep(live: live, step: step, access: access)
        say(try summary())
    }

    private func statement(_ words: String) async throws {
        guard let live else { return say("no interview is under way") }
        let told = Records.Statement(kind: "summary", body: words)
        let taken = try await session.takeStatement(
            interview: live.id(), fields: told.fieldValues(), language: "en", access: access)
        say("kept; \(taken.warnings.count) words to look at again")
    }

    private func summary() throws -> String {
        guard let live else { return "-" }
        let view = try live.view()
        let counted = view.tallies.filter { $0.count > 0 }.map { "\($0.tally) \($0.count)" }.sorted()
        return "\(view.state), \(view.phases.count) phases, \(view.breaks.count) breaks"
            + (counted.isEmpty ? "" : ", " + counted.joined(separator: ", "))
    }

    private let tallies: [String: QuestionTally] = [
        "invitation": .invitation, "cued": .cuedInvitation, "directive": .directive, "option": .optionPosing,
        "suggestive": .suggestive, "supportive": .supportive,
    ]
}

/// Takes one command after the other, until somebody leaves the desk.
func serve(_ session: Session, _ input: Input) async throws {
    let work = Work(session)
    try await work.goOn()
    while let words = input.words(), words != ["quit"] {
        do {
            try await work.take(words)
        } catch let refused as SaferoomError {
            // What good practice refuses, and what to do; nothing was recorded.
            say("\(refused.text). \(refused.advice) [\(refused.code)]")
            if refused.has(.sessionIdle) || refused.has(.sessionLocked) { break }
        }
    }
}

/// Ends the program: what saferoom still holds, such as an interview, is wiped before. Texts and views that were taken out are not:
/// they go with the program.
func leave(_ code: Int32) async -> Never {
    await shutdown()
    exit(code)
}

guard CommandLine.arguments.count == 2 else {
    say("interview-desk FOLDER")
    exit(2)
}
let input = Input()
do {
    var passphrase = input.bytes() ?? Data()
    let desk = try await Desk.open(URL(fileURLWithPath: CommandLine.arguments[1]), passphrase: passphrase)
    let session = try await desk.vault.signInWithFile(path: desk.identityFile, passphrase: passphrase)
    passphrase.wipe()
    // Keys are wiped when the desk is left, whatever happens.
    try await session.use { try await serve($0, input) }
    await leave(0)
} catch let error as SaferoomError {
    say(error.description)
    await leave(1)
}
