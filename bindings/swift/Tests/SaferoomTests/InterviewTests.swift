import Foundation
import Testing

@testable import Saferoom

@Suite struct InterviewTests {
    @Test func aWholeInterview() async throws {
        let station = try await Station()
        let session = station.session
        let (_, child) = try await station.child()
        let earlier = try await session.earlierInterviews(child: child, access: interview)
        #expect(earlier.known().isEmpty && earlier.possible().isEmpty && !earlier.tooMany())
        let plan = Records.Interview(purpose: "initial", interviewer: session.unit(), protocol: "nichd_revised")
        let live = try await session.startInterview(
            parent: child, fields: plan.fieldValues(), earlier: earlier, urgent: false, access: interview)
        #expect(live.state() == .running)
        func step(_ step: InterviewStep) async throws {
            try await session.interviewStep(live: live, step: step, access: interview)
        }

        let early = await refusal { try await step(.enter(phase: "substantive_free_recall", previous: .full)) }
        #expect(early.code == 1111 && early.kind == .practice && !early.advice.isEmpty)
        try await step(.enter(phase: "introduction", previous: .full))
        let lawyer = Records.Participant(role: "lawyer", presence: "in_room")
        try await step(.arrive(person: lawyer.fieldValues()))
        #expect(try live.view().personsInRoom == 3)
        try await step(.enter(phase: "ground_rules", previous: .full))
        for _ in 0..<3 { try await step(.count(tally: .invitation)) }
        #expect(try live.view().tallies.first { $0.tally == .invitation }?.count == 3)
        try await step(.beginBreak(reason: "fatigue", withChild: "support_person"))
        let since = try live.sinceBreak(now: Date())
        #expect(try live.netMinutes(at: Date()) == 0 && live.netMinutes(at: Date(timeIntervalSinceNow: 7200)) < 120)
        #expect(live.state() == .onBreak && since == nil)
        try await step(.endBreak(topicNotDiscussed: true))

        // Somebody else is at the same interview, as after a crash.
        try await station.vault.signedIn(station.identity) { other in
            let again = try await other.resumeInterview(id: live.id(), access: interview)
            try await other.interviewStep(live: again, step: .askToContinue(answer: "no"), access: interview)
            #expect(again.state() == .ended)
        }
        let over = await refusal { try await step(.count(tally: .invitation)) }
        #expect(over.kind == .practice && live.state() == .ended)
        let read = try await session.read(Records.Interview.self, live.id(), access: interview)
        #expect(read.record.disclosureOutcome == "stopped_by_child" && read.record.startedAt != nil)

        let told = Records.Statement(kind: "summary", body: "The child told of a house.")
        let taken = try await session.takeStatement(
            interview: live.id(), fields: told.fieldValues(), language: "en", access: interview)
        let words = StatementCorrection(
            body: "The child told of a blue house.", reason: "child_correction", words: nil, askedBy: "child")
        let corrected = try await session.correctStatement(
            id: taken.id, correction: words, language: "en", access: interview)
        #expect(corrected.id == taken.id && corrected.version == 2)
        #expect(try await session.read(Records.Statement.self, taken.id, revision: 1, access: interview).record.body == told.body)
        _ = try await session.check()
    }

    @Test func changesAreHeardAsTheyCome() async throws {
        let station = try await Station()
        let changes = try await station.session.changes(every: 0.02)
        let heard = Task {
            var kinds: [String] = []
            for try await changed in changes {
                kinds.append(changed.kind ?? "?")
                if kinds.count == 2 { break }
            }
            return kinds
        }
        _ = try await station.child()
        #expect(try await heard.value.sorted() == ["case", "child"])

        let endless = Task { for try await _ in changes {} }
        endless.cancel()
        try await endless.value
        await station.session.lock()
        let locked = await refusal { for try await _ in changes {} }
        #expect(locked.has(.sessionLocked))
    }

    @Test func anyTimeBetweenTwoQuestionsIsTaken() {
        let times: [(TimeInterval, UInt64)] = [
            (0.5, 500_000_000), (0, 10_000_000), (-1, 10_000_000), (.nan, 10_000_000), (-.infinity, 10_000_000),
            (.infinity, 86_400_000_000_000), (1e300, 86_400_000_000_000),
        ]
        for (seconds, nanoseconds) in times {
            #expect(Changes.nanoseconds(every: seconds) == nanoseconds, "\(seconds)")
        }
    }

    @Test func aFormIsDrawnFromTheCatalogue() async throws {
        let form = try await form(kind: "child", language: "km")
        let read = try JSONSerialization.jsonObject(with: Data(form.utf8))
        #expect(read is [String: Any] || read is [Any])
        let none = await refusal { _ = try await Saferoom.form(kind: "no_such_kind", language: "en") }
        #expect(none.kind == .model)
        #expect(lintTerms(text: "the child prostitute", language: "en").count == 1)
    }
}
