import Foundation
import Saferoom
import Testing

/// Where the repository lies: what is shared by all languages is read from there.
let repository = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("../../../..").standardized

/// What a JSON file of the repository holds.
func shared(_ path: String) throws -> Any {
    try JSONSerialization.jsonObject(with: Data(contentsOf: repository.appendingPathComponent(path)))
}

typealias Step = [String: Any]

/// The scenario that every language runs (`tests/conformance/README.md`).
@Suite struct ConformanceTests {
    @Test func theScenarioGoesAsItIsWritten() async throws {
        let scenario = try #require(try shared("tests/conformance/scenario.json") as? [String: Any])
        let folder = try freshFolder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let identity = Identity.generate()
        let vault = try await Vault.create(
            path: folder.appendingPathComponent("vault.saferoom"), keyStore: MemoryKeyStore(), identity: identity,
            origin: try text(scenario, "origin"), unitName: try text(scenario, "unit"))
        let session = try await vault.signIn(identity: identity)
        let runner = Runner(session, identity, folder, purpose: try text(scenario, "purpose"))
        let steps = try #require(scenario["steps"] as? [Step])
        #expect(steps.count > 20)
        for (number, step) in steps.enumerated() {
            var code: Int?
            do {
                try await runner.take(step)
            } catch let refused as SaferoomError {
                code = Int(refused.code)
            }
            #expect(code == step["code"] as? Int, "step \(number): \(step)")
        }
        await session.lock()
    }
}

/// What a scenario says in a way that this runner does not know.
private struct Unknown: Error {
    let what: String
}

private func text(_ step: Step, _ name: String) throws -> String {
    try #require(step[name] as? String, "\(name) of \(step)")
}

/// One method for each `do`.
private final class Runner {
    private let session: Session
    private let identity: Identity
    private let folder: URL
    private let purpose: String
    /// Ids of records, by the name that the scenario gives them.
    private var names: [String: String]
    private var live: LiveInterview?
    private var bundles = 0

    init(_ session: Session, _ identity: Identity, _ folder: URL, purpose: String) {
        (self.session, self.identity, self.folder, self.purpose) = (session, identity, folder, purpose)
        names = ["unit": session.unit()]
    }

    func take(_ step: Step) async throws {
        switch try text(step, "do") {
        case "create": try await create(step)
        case "amend": try await amend(step)
        case "read": try await read(step)
        case "search": try await search(step)
        case "history": try await history(step)
        case "interview": try await interview(step)
        case "step": try await interviewStep(step)
        case "view": try view(step)
        case "check": _ = try await session.check()
        case "verify_log": try await verifyLog(step)
        case "erase": try await erase(step)
        case let other: throw Unknown(what: other)
        }
    }

    private func create(_ step: Step) async throws {
        let made = try await session.create(
            kind: text(step, "kind"), parent: id(step["below"]), fields: fields(step["fields"]), access: access(step))
        #expect(Int(made.number) == step["revision"] as? Int)
        names[try text(step, "as")] = made.record
    }

    private func amend(_ step: Step) async throws {
        let made = try await session.amend(
            id: id(step["record"]), kind: text(step, "kind"), fields: fields(step["fields"]), access: access(step))
        #expect(Int(made.number) == step["revision"] as? Int)
    }

    private func read(_ step: Step) async throws {
        let opened = try await session.read(id: id(step["record"]), kind: text(step, "kind"), access: access(step))
        let same = try opened.fields() == fields(step["fields"])
        #expect(same, "other values: \(step)")
        #expect(Int(opened.revision()) == step["revision"] as? Int)
    }

    private func search(_ step: Step) async throws {
        let exact = SearchCriterion.exact(text: try text(step, "exact"))
        let found = try await session.search(kind: text(step, "kind"), criteria: [exact], access: access(step))
        let expected = try #require(step["found"] as? [String]).map { try id($0) }
        #expect(found.records.map(\.id) == expected)
    }

    private func history(_ step: Step) async throws {
        let numbers = try await session.history(id: id(step["record"]), access: access(step)).map { Int($0.number) }
        #expect(numbers == step["numbers"] as? [Int])
    }

    private func interview(_ step: Step) async throws {
        let child = try id(step["child"])
        let earlier = try await session.earlierInterviews(child: child, access: access(step))
        live = try await session.startInterview(
            parent: child, fields: fields(step["fields"]), earlier: earlier, urgent: false, access: access(step))
    }

    private func interviewStep(_ step: Step) async throws {
        let taken: InterviewStep
        if let phase = step["enter"] as? String {
            taken = .enter(phase: phase, previous: .full)
        } else if let reason = step["break"] as? String {
            taken = .beginBreak(reason: reason, withChild: nil)
        } else if step["child_stops"] as? Bool == true {
            taken = .stop(by: .child)
        } else if try text(step, "count") == "invitation" {
            taken = .count(tally: .invitation)
        } else {
            throw Unknown(what: "\(step)")
        }
        try await session.interviewStep(live: #require(live), step: taken, access: access(step))
    }

    private func view(_ step: Step) throws {
        let view = try #require(live).view()
        #expect("\(view.state)" == step["state"] as? String)
        #expect(view.phases.count == step["phases"] as? Int)
        #expect(view.breaks.count == step["breaks"] as? Int)
        let counted = view.tallies.first { $0.tally == .invitation }?.count
        #expect(counted.map { Int($0) } == step["invitations"] as? Int)
    }

    private func verifyLog(_ step: Step) async throws {
        bundles += 1
        let bundle = folder.appendingPathComponent("bundle-\(bundles)")
        _ = try await session.exportLog(folder: bundle, since: [], reasons: .none, access: access(step))
        let policy = Data(try await session.trustPolicy().utf8)
        let verified = try await verifyBundle(folder: bundle, trustPolicy: policy, kept: [])
        #expect(verified.verdicts.allSatisfy { $0.answer != .failed }, "\(verified)")
        #expect((verified.size ?? 0) >= 10)
    }

    private func erase(_ step: Step) async throws {
        let proposal = try await session.proposeErasure(cases: [id(step["record"])], ground: .order, access: access(step))
        let erased = try await session.erase(proposal: proposal.signedBy(custodian: identity), access: access(step))
        #expect(erased.cases == 1)
    }

    private func access(_ step: Step) -> AccessInput {
        AccessInput(purpose: step["purpose"] as? String ?? purpose, reason: step["reason"] as? String)
    }

    private func id(_ name: Any?) throws -> String {
        let named = try #require(name as? String)
        return try #require(names[named])
    }

    private func fields(_ fields: Any?) throws -> [String: FieldValue] {
        try (fields as? [String: Step] ?? [:]).mapValues(value)
    }

    private func value(_ value: Step) throws -> FieldValue {
        let (form, inner) = try #require(value.first)
        switch form {
        case "text": return .text(try #require(inner as? String))
        case "code": return .code(try #require(inner as? String))
        case "date": return .date(try #require(inner as? String))
        case "place": return .place(try #require(inner as? String))
        case "time": return .time(try #require(inner as? Int64))
        case "bool": return .bool(try #require(inner as? Bool))
        case "unsigned": return .unsigned(try #require(inner as? UInt64))
        case "record": return .id(try id(inner))
        case "items": return .items(try #require(inner as? [Step]).map(self.value))
        default: throw Unknown(what: form)
        }
    }
}
