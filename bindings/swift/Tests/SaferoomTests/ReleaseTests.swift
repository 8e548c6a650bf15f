import Foundation
import Saferoom
import Testing

private let research = AccessInput(purpose: "HRESCH")
private let work = AccessInput(purpose: "record-management")

private let specification = """
    name = "Ages"
    audience = "inside"
    suppression = 0.1
    [[column]]
    name = "age"
    field = "child.date_of_birth"
    role = "quasi-identifying"
    hierarchy = { kind = "age" }
    [[column]]
    name = "child.sex"
    role = "quasi-identifying"
    hierarchy = { kind = "suppress" }
    [[model]]
    kind = "k-anonymity"
    k = 5
    """

private let counts = """
    name = "Girls and boys"
    audience = "inside"
    [[dimension]]
    column = "child.sex"
    values = ["female", "male"]
    """

/// What a call has answered as JSON.
private struct Planned: Decodable {
    struct Statistics: Decodable {
        struct Coverage: Decodable { let station: String }
        let cases: Int
        let stations: [Coverage]
    }
    struct Guard: Decodable { let release: String }
    let statistics: Statistics?
    let published: Table?
    let `guard`: Guard
}

private struct Table: Decodable, Equatable {
    struct Cell: Decodable, Equatable { let count: Int? }
    let name: String
    let cells: [Cell]
}

private struct Manifest: Decodable {
    struct Rows: Decodable { let released: UInt64 }
    let rows: Rows
}

private func read<Value: Decodable>(_ text: String, as type: Value.Type = Value.self) throws -> Value {
    try JSONDecoder().decode(type, from: Data(text.utf8))
}

/// A caseload, and somebody at the extract desk, who holds the key of the statistics and no other.
private func atTheDesk(_ act: @Sendable (Station, Identity, Session) async throws -> Void) async throws {
    let station = try await Station()
    try await cases(station, 40)
    let officer = try await station.enrol("extract-desk")
    let desk = try await station.vault.signIn(identity: officer)
    defer { desk.lock() }
    try await act(station, officer, desk)
}

private func cases(_ station: Station, _ count: Int) async throws {
    let session = station.session
    let reported = Records.Case(reportedAt: Date(milliseconds: 1_772_352_000_000))
    let unit = session.unit()
    let new: [(parent: String?, record: any SaferoomRecord)] = (0..<count).map { _ in (unit, reported) }
    let opened = try await session.create(new, access: interview)
    let children: [(parent: String?, record: any SaferoomRecord)] = opened.enumerated().map { number, opened in
        let child = Records.Child(
            familyNameLatin: "Kunvathana", dateOfBirth: PartialDate(2008 + number % 8, 5, 17),
            sex: number % 3 == 0 ? "male" : "female", role: "victim")
        return (opened.record, child)
    }
    _ = try await session.create(children, access: interview)
}

@Suite struct ReleaseTests {
    @Test func anExtractLeavesByItsDoor() async throws {
        try await atTheDesk { station, officer, desk in
            let plan: Planned = try read(
                await desk.planExtract(
                    spec: specification, beside: station.folder, access: research, progress: ProgressReport()))
            #expect(plan.statistics?.cases == 40)
            #expect(try await desk.pastReleases(access: research).isEmpty)

            let out = station.file("extract")
            let built = try await desk.buildExtract(
                spec: specification, beside: station.folder, folder: out, signer: officer, access: research)
            #expect(built.wayBack == nil)
            let rows = try read(built.manifestJson, as: Manifest.self).rows.released
            #expect(rows > 30)
            let key = try String(contentsOfFile: built.publicKey, encoding: .utf8)
            #expect(try await verifyExtract(folder: out, trustedKeys: key).manifestJson == built.manifestJson)
            let data = try Data(contentsOf: out.appendingPathComponent("data.parquet"))
            #expect(data.range(of: Data("Kunvathana".utf8)) == nil)
            let past = try await desk.pastReleases(access: research)
            #expect(past.map(\.name) == ["Ages"] && past[0].rows == rows && !past[0].withdrawn)

            let again = await refusal {
                _ = try await desk.buildExtract(
                    spec: specification, beside: station.folder, folder: out, signer: officer, access: research)
            }
            #expect(again.code == 1800 && again.kind == .release)
            let names = specification.replacingOccurrences(of: "child.sex", with: "child.family_name")
            let named = await refusal {
                _ = try await desk.planExtract(spec: names, beside: station.folder, access: research)
            }
            #expect(named.kind == .release)

            // Withdrawn by custodians: nothing is compared with it any more.
            _ = try await station.session.changeMembers(
                change: .releaseWithdrawal(release: past[0].id), signers: [station.identity], access: work)
            #expect(try await desk.pastReleases(access: research)[0].withdrawn)
        }
    }

    @Test func aSearchThatIsStoppedLeavesNothing() async throws {
        try await atTheDesk { station, officer, desk in
            let (report, out) = (ProgressReport(), station.file("extract"))
            report.stop()
            do {
                _ = try await desk.buildExtract(
                    spec: specification, beside: station.folder, folder: out, signer: officer, access: research,
                    progress: report)
            } catch let error as SaferoomError {
                #expect(error.kind == .release)
            }
            // So small a search may be over before it tells anything; then the release stands, and is told.
            let stands = FileManager.default.fileExists(atPath: out.path)
            #expect(try await desk.pastReleases(access: research).isEmpty != stands)
        }
    }

    @Test func tablesAreCountedGuardedAndPaidFor() async throws {
        try await atTheDesk { station, _, desk in
            let plan: Planned = try read(await desk.planTables(spec: counts, access: research))
            #expect(plan.published?.cells.map(\.count) == [26, 14, 40])
            let table: Table = try read(
                await desk.buildTables(spec: counts, folder: station.file("counts"), access: research))
            #expect(table == plan.published)

            // One child more would show, unless custodians sign.
            try await cases(station, 1)
            let second = station.file("second")
            let refused = await refusal {
                _ = try await desk.buildTables(spec: counts, folder: second, access: research)
            }
            #expect(refused.code == 1912 && !FileManager.default.fileExists(atPath: second.path))
            let release = try read(await desk.planTables(spec: counts, access: research), as: Planned.self).guard.release
            _ = try await station.session.changeMembers(
                change: .releaseException(series: "tables", release: release), signers: [station.identity], access: work)
            _ = try await desk.buildTables(spec: counts, folder: second, access: research)

            let noisy = counts + "\n[private]\nmechanism = \"laplace\"\nepsilon = 1.0\n"
            let series = MemberChange.releaseSeries(
                name: "Yearly", audience: "inside", budget: "0.7", lastingPseudonyms: false)
            _ = try await station.session.changeMembers(change: series, signers: [station.identity], access: work)
            #expect(try await desk.planNoisyTables(spec: noisy, series: "Yearly", access: research).cost == 0.5)
            let answered: Table = try read(
                await desk.buildNoisyTables(
                    spec: noisy, series: "Yearly", folder: station.file("noisy"), access: research))
            #expect(answered.cells.allSatisfy { $0.count != nil })
            #expect(abs(try await desk.budgetLeft(series: "Yearly", access: research) - 0.2) < 1e-9)
            let exhausted = await refusal {
                _ = try await desk.buildNoisyTables(
                    spec: noisy, series: "Yearly", folder: station.file("third"), access: research)
            }
            #expect(exhausted.code == 1909)
            #expect(try await desk.releasePolicy().insideK == 5)
        }
    }

    @Test func rowsGoToTheDeskOfAnotherVault() async throws {
        try await atTheDesk { station, _, _ in
            let far = try await Station()
            let here = Correspondent.ofIdentity(identity: station.identity)
            let there = Correspondent.ofIdentity(identity: far.identity)
            let packet = station.file("rows.packet")
            let sent = try await station.session.handOverStatistics(
                station: "Kandal", sender: here, addressFile: there.addressFile(), out: packet, again: false,
                access: research)
            #expect(sent.rows == 40)
            let known = KnownSenders()
            try known.pin(addressFile: here.addressFile())
            let taken = try await far.session.takeIn(
                path: packet, receiver: there, known: known, folder: far.folder, access: research)
            #expect(taken.packet == sent.packet)
            let plan: Planned = try read(
                await far.session.planExtract(spec: specification, beside: far.folder, access: research))
            #expect(plan.statistics?.stations.map(\.station) == ["Kandal"] && plan.statistics?.cases == 40)
        }
    }
}
