import Foundation
import Saferoom
import Testing

@Suite struct RecordTests {
    @Test func whatWasWrittenIsRead() async throws {
        let station = try await Station()
        let session = station.session
        let moment = Date(milliseconds: 1_795_543_567_250)
        let new = Records.Case(
            registerNumber: "SWIFT-1", externalReferences: ["one", "two"], reportedAt: moment, registrationYear: 2026,
            incidentFrom: PartialDate(2026, 5, estimated: true), incidentPlace: "120103", summary: "ពី Swift\nline",
            leadOfficer: session.unit(), legalHold: false)
        let opened = try await session.create(new, below: session.unit(), access: interview)
        #expect(opened.number == 1)
        let read = try await session.read(Records.Case.self, opened.record, access: interview)
        #expect(read.record == new)
        #expect(read.parent == session.unit() && read.author == session.memberId() && read.withheld.isEmpty)

        var changed = new
        changed.summary = "another line"
        #expect(try await session.amend(opened.record, to: changed, access: interview).number == 2)
        #expect(try await session.read(Records.Case.self, opened.record, revision: 1, access: interview).record == new)
        #expect(try await session.history(id: opened.record, access: interview).map(\.number) == [2, 1])
        let children = ["female", "male"].map { Records.Child(sex: $0, role: "victim") }
        let written = try await session.create(children.map { (opened.record, $0) }, access: interview)
        let back = try await session.read(Records.Child.self, written.map(\.record), access: interview)
        #expect(back.map(\.record) == children)
        #expect(try await session.recordsOf(id: opened.record, access: interview).count == 3)
        #expect(try await session.check().revisions >= 4)
    }

    /// Of a record that was not read whole there is nothing but what was read, and nothing that `amend` takes: neither compiles.
    @Test func someFieldsAreReadAndNoOthers() async throws {
        let station = try await Station()
        let session = station.session
        let new = Records.Case(
            registerNumber: "SWIFT-1", externalReferences: ["one", "two"], registrationYear: 2026,
            incidentFrom: PartialDate(2026, 5), summary: "not asked for")
        let id = try await session.create(new, below: session.unit(), access: interview).record
        let one = try await session.read(Records.Case.self, id, only: \.registrationYear, access: interview)
        let year: UInt64? = one.values
        #expect(year == 2026 && one.fields == ["registration_year"] && one.id == id && one.revision == 1)
        #expect(one.parent == session.unit() && one.author == session.memberId() && one.withheld.isEmpty)
        let (from, references, hold) = try await session.read(
            Records.Case.self, id, only: \.incidentFrom, \.externalReferences, \.legalHold, access: interview).values
        #expect(from == PartialDate(2026, 5) && references == ["one", "two"] && hold == nil)
        #expect(!((one as Any) is any SaferoomRecord) && !((one.values as Any) is any SaferoomRecord))

        // What was read stands in the log, and no other field.
        let size = try await session.logSize()
        let entries = try await session.logEntries(start: size - 2, end: size, log: nil, access: interview)
        #expect(entries.map { $0.fields.count } == [1, 3])

        // The record itself is no field of it.
        let before = try await session.logSize()
        let whole = await refusal { _ = try await session.read(Records.Case.self, id, only: \.self, access: interview) }
        #expect(whole.kind == .model && !"\(whole)".contains("not asked for"))
        #expect(try await session.logSize() == before)
    }

    @Test func everyKindOfTheCatalogueHasAStruct() throws {
        let entries = try JSONSerialization.jsonObject(with: Data(catalogueJson().utf8)) as? [[String: Any]] ?? []
        let kinds = Set(entries.compactMap { $0["record"] as? String })
        #expect(kinds.count > 30 && kinds == Set(Records.all.keys))
        let repeated = entries.first { $0["repeated"] as? Bool == true }
        #expect(repeated != nil)
        // A value in each field comes back from the struct as it was put in.
        for (kind, type) in Records.all {
            var fields: [String: FieldValue] = [:]
            for entry in entries where entry["record"] as? String == kind {
                guard let name = entry["name"] as? String, let valueType = entry["type"] as? String else { continue }
                let value = try #require(example(valueType), "\(kind).\(name): \(valueType)")
                fields[name] = entry["repeated"] as? Bool == true ? .items([value, value]) : value
            }
            #expect(try type.init(fields: fields).fieldValues() == fields, "\(kind)")
            let named = try pathsAreNamed(type, fields)
            #expect(named, "\(kind)")
        }
    }

    /// Whether each path leads to the field of the same place in the list of names.
    private func pathsAreNamed<Record: SaferoomRecord>(_ type: Record.Type, _ fields: [String: FieldValue]) throws -> Bool {
        let (full, empty) = (try Record(fields: fields), try Record(fields: [:]))
        let (names, paths) = (Record.fieldNames, Record.fieldPaths)
        return try paths.count == names.count && Set(paths).count == names.count && zip(paths, names).allSatisfy { path, name in
            let only = try Record(fields: fields.filter { $0.key == name })
            let differ = paths.filter { "\(only[keyPath: $0])" != "\(empty[keyPath: $0])" }
            return differ == [path] && "\(full[keyPath: path])" == "\(only[keyPath: path])"
        }
    }

    private func example(_ type: String) -> FieldValue? {
        switch type {
        case "text", "narrative": .text("words")
        case "code": .code("a_code")
        case "place": .place("120103")
        case "id": .id(String(repeating: "0", count: 32))
        case "date": .date("2014-05~")
        case "time": .time(1_795_543_567_250)
        case "bool": .bool(true)
        case "unsigned": .unsigned(7)
        default: nil
        }
    }

    @Test func datesHaveTheirTextForm() {
        for text in ["2014", "2014-05", "2014-05-17", "2014~", "0912-05-17~"] {
            #expect(PartialDate(text)?.text == text)
        }
        for text in ["", "14", "2014-5", "2014-05-17-1", "2014-", "２０１４", "soon"] {
            #expect(PartialDate(text) == nil, "\(text)")
        }
        // A day without its month is not taken for the month: the library refuses such a date.
        #expect(PartialDate(2014, nil, 5).text == "2014-00-05" && PartialDate(2014, nil, nil).text == "2014")
        #expect(Date(milliseconds: -1).milliseconds == -1 && Date.distantFuture.milliseconds > 0)
    }

    @Test func aRefusalIsAnErrorWithCodeTextAndAdvice() async throws {
        let station = try await Station()
        let (_, child) = try await station.child()
        let session = station.session
        let denied = await refusal {
            _ = try await session.read(Records.Child.self, child, access: AccessInput(purpose: "curiosity"))
        }
        #expect(denied.code == 602 && denied.kind == .refused && !denied.advice.isEmpty)
        #expect(denied.localizedDescription == denied.text && denied.recoverySuggestion == denied.advice)
        #expect("\(denied)".contains("602"))
        let missing = await refusal { _ = try await session.info(id: String(repeating: "0", count: 32)) }
        #expect(missing.has(.notFound) && missing.kind == .vault)
        let wrong = await refusal {
            _ = try await session.create(Records.Child(sex: "Xyzzy"), below: child, access: interview)
        }
        #expect(wrong.kind == .model && !"\(wrong)".contains("Xyzzy"))
        await session.lock()
        let locked = await refusal { _ = try await session.read(Records.Child.self, child, access: interview) }
        #expect(locked.has(.sessionLocked))
    }

    @Test func aSessionEndsWithItsWork() async throws {
        let station = try await Station()
        let kept = try await station.vault.signedIn(station.identity) { session in
            #expect(!session.isLocked())
            return session
        }
        #expect(kept.isLocked())
        struct Oops: Error {}
        var failed: Session?
        await #expect(throws: Oops.self) {
            try await station.vault.signedIn(station.identity) { session in
                failed = session
                throw Oops()
            }
        }
        #expect(failed?.isLocked() == true)
    }

    /// The key store hears of the end on another thread than the one that the task runs on, also when the task was cancelled.
    @Test func aSessionEndsOffTheTasksThread() async throws {
        let station = try await Station()
        let main = Task { @MainActor in
            let session = try await station.vault.signIn(identity: station.identity)
            let before = station.keys.stored
            await session.lock()
            return (session, station.keys.stored - before, station.keys.storedOnMain)
        }
        let (session, stored, onMain) = try await main.value
        #expect(session.isLocked())
        #expect(stored > 0 && onMain == 0)

        let begun = AsyncStream<Session>.makeStream()
        let task = Task {
            try await station.vault.signedIn(station.identity) { session in
                begun.continuation.yield(session)
                try await Task.sleep(nanoseconds: 10_000_000_000)
            }
        }
        var sessions = begun.stream.makeAsyncIterator()
        let cancelled = try #require(await sessions.next())
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(cancelled.isLocked())
    }

    @Test func whatTheAppsOwnWorkThrowsComesOut() async throws {
        struct Oops: Error {}
        let station = try await Station()
        await #expect(throws: Oops.self) { try await station.session.run { _ in throw Oops() } }
    }

    @Test func aCancelledTaskBeginsNothing() async throws {
        let station = try await Station()
        let before = try await station.session.logSize()
        let task = Task {
            try? await Task.sleep(nanoseconds: 10_000_000_000)
            return try await station.session.cases(access: interview)
        }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(try await station.session.logSize() == before)
    }
}
