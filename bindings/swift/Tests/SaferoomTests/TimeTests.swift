import Foundation
import Saferoom
import Testing

private let work = AccessInput(purpose: "record-management")

/// Moments are dates and spans are durations on both ways, whatever the library counts in.
@Suite struct TimeTests {
    @Test func aShareEndsWhenItWasSaid() async throws {
        let station = try await Station()
        let (opened, _) = try await station.child()
        let officer = try await station.enrol("interviewer")
        try await station.vault.signedIn(officer) { colleague in
            try await station.session.assign(case: opened, member: officer.memberId(), access: work)
            let supervisor = try await station.enrol("unit-supervisor")
            let end = Date(milliseconds: Date().milliseconds + 86_400_000)
            try await colleague.share(
                case: opened, member: supervisor.memberId(), compartments: [.identity], until: end, access: interview)
            let members = try await colleague.caseMembers(case: opened, access: interview)
            #expect(members.compactMap(\.untilDate) == [end])
        }
    }

    @Test func entriesAreAskedForByDate() async throws {
        let station = try await Station()
        let session = station.session
        let kept = Data(try await session.checkpoint().utf8)
        _ = try await station.child()
        let policy = Data(try await session.trustPolicy().utf8)
        let bundle = station.file("bundle")
        _ = try await session.exportLog(folder: bundle, since: [kept], reasons: .none, access: audit)
        func found(_ question: LogQuestion) async throws -> UInt64 {
            let answers = try await queryBundle(
                folder: bundle, trustPolicy: policy, kept: [kept], question: question, skip: 0, most: 100)
            #expect(answers.verified.accepted)
            return answers.found
        }
        let (before, after) = (Date(timeIntervalSinceNow: -3600), Date(timeIntervalSinceNow: 3600))
        let all = try await found(LogQuestion())
        #expect(try await found(LogQuestion(from: before, before: after)) == all && all > 0)
        #expect(try await found(LogQuestion(from: after)) == 0)
        #expect(try await found(LogQuestion(before: before)) == 0)
        #expect(try await session.dueForErasure(access: work).due.isEmpty)
    }

    @available(iOS 16, macOS 13, *)
    @Test func spansAreDurations() async throws {
        let station = try await Station()
        let key = try await BackupKey.createFile(
            path: station.file("key"), passphrase: Data("quiet river stone".utf8), lifetime: .seconds(86_400))
        #expect(abs(key.notAfterDate.timeIntervalSinceNow - 86_400) < 600)
        let backup = try await station.session.backupTo(path: station.file("backup"), key: key, access: work)
        #expect(backup.bytes > 0)

        let changes = try await station.session.changes(every: .milliseconds(20))
        let heard = Task { try await changes.first { _ in true } }
        _ = try await station.child()
        #expect(try await heard.value != nil)

        station.vault.setIdleTimeout(.seconds(3600))
        #expect(!station.session.isLocked())
        station.vault.setIdleTimeout(.seconds(1))
        try await Task.sleep(for: .milliseconds(1100))
        #expect(station.session.isLocked())
    }

    @Test func momentsOfAPacketAreDates() async throws {
        let station = try await Station()
        try Data("{}".utf8).write(to: station.file("part.json"))
        let desk = Correspondent.ofIdentity(identity: station.identity)
        let part = PacketPartInput(kind: "referral", name: "referral-1", file: station.file("part.json"))
        let end = Date(milliseconds: Date().milliseconds + 86_400_000)
        let sent = try await desk.seal(
            out: station.file("out"), recipients: [desk.addressFile()], parts: [part], expiresAt: end)
        #expect(sent.expiresAtDate == end && abs(sent.createdAtDate.timeIntervalSinceNow) < 600)
        let reading = ClockReading(wall: end, monotonic: 1.5)
        #expect(reading.wall == UInt64(end.milliseconds) && reading.monotonic == 1500)
        #expect(ClockReading(wall: .distantPast, monotonic: .nan) == ClockReading(wall: 0, monotonic: 0))
        #expect(ClockReading(wall: end, monotonic: .infinity).monotonic == .max)
        #expect(ReferralAnswerInput(state: "accepted", appointment: end).appointmentAt == UInt64(end.milliseconds))
    }
}
