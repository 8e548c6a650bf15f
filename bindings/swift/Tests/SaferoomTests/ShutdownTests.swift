#if os(Linux)
    import Foundation
    import Testing

    @testable import Saferoom

    private let work = AccessInput(purpose: "record-management")
    private let night = AccessInput(purpose: "BTG", reason: "In danger tonight")
    private let word = Data("quiet river stone, thrice".utf8)

    /// Shutting down ends all sessions of the process: so each test begins this program anew, and plays its scene there alone.
    @Suite struct ShutdownTests {
        @Test func whateverTheAppHoldsIsWipedAndItBeginsAnew() async throws {
            try await alone("whateverTheAppHoldsIsWipedAndItBeginsAnew") { station in
                let (session, identity, vault) = (station.session, station.identity, station.vault)
                let other = try await vault.signIn(identity: identity)
                let (opened, child) = try await station.child("Sokha")
                let native: OpenedRecord = try await session.read(id: child, kind: nil, access: interview)
                let plan = Records.Interview(purpose: "initial", interviewer: session.unit(), protocol: "nichd_revised")
                let live = try await session.startInterview(
                    parent: child, fields: plan.fieldValues(), earlier: .notLooked(), urgent: true, access: interview)
                let backup = try await BackupKey.createFile(path: station.file("key"), passphrase: word, lifetimeSeconds: 3600)
                let keys = try await PacketKeyPair.createFile(path: station.file("shelter"), passphrase: word)
                let (shelter, member) = (Correspondent.ofKeyPair(keys: keys), Correspondent.ofIdentity(identity: identity))
                try Data("a letter".utf8).write(to: station.file("part"))
                let part = PacketPartInput(kind: "70000", name: "letter", file: station.file("part"))
                let out = station.file("packet")
                _ = try await member.seal(out: out, recipients: [shelter.addressFile()], parts: [part])
                let known = KnownSenders()
                try known.pin(addressFile: member.addressFile())
                let packet = try await shelter.open(path: out, known: known, seen: station.file("seen"), folder: station.folder)
                #expect(try await packet.part(index: 0, longest: 100) == Data("a letter".utf8))
                let second = EmergencySecret.generate()
                _ = try await session.changeMembers(
                    change: .secondSecret(member: identity.memberId(), secret: second), signers: [identity], access: work)
                let emergency = try await session.breakGlass(case: opened, second: second, access: night)
                let share = try #require(
                    try await session.beginRecovery(unit: session.unit(), needed: nil, shares: nil).shares().first)
                let ordered = AccessInput(purpose: "record-management", reason: "Order of the court of 3 March")
                let proposal = try await session.proposeErasure(cases: [opened], ground: .order, access: ordered)
                await other.lock()

                #expect(await shutdown() == 1, "the other was locked already")
                #expect(session.isLocked() && other.isLocked())
                let locked: [() async throws -> Void] = [
                    { _ = try await session.read(Records.Child.self, child, access: interview) },
                    { _ = try await session.readPage(Records.Child.self, [child], access: interview) },
                    { _ = try await session.logSize() },
                    { _ = try await emergency.records() },
                    { for try await _ in try await session.changes(every: 1) {} },
                ]
                for call in locked { #expect(await refusal(call).has(.sessionLocked)) }
                let wiped: [() async throws -> Void] = [
                    { _ = try await vault.signIn(identity: identity) },
                    { _ = try identity.enrolmentFile() },
                    { _ = try proposal.signedBy(custodian: identity) },
                    { _ = try native.fields() },
                    { _ = try live.view() },
                    { _ = try live.netMinutes(at: Date()) },
                    { _ = try shelter.addressFile() },
                    { _ = try await shelter.show(path: out, known: known) },
                    { _ = try member.addressFile() },
                    { _ = try await packet.part(index: 0, longest: 100) },
                    { _ = try await packet.savePart(index: 0, path: station.file("saved")) },
                    { try await packet.remember() },
                    { try await second.createTextFile(path: station.file("envelope")) },
                    { try await share.createFile(path: station.file("share"), passphrase: word) },
                ]
                for call in wiped {
                    let refused = await refusal(call)
                    #expect(refused.code == 993 && refused.kind == .input && !refused.advice.isEmpty)
                }
                #expect(native.kind() == "child" && native.id() == child && share.number() == 1 && packet.info().parts.count == 1)
                #expect(await shutdown() == 0, "again: nothing is left")

                // Nothing on the disk was lost.
                try await Vault.open(path: station.file("test.saferoom"), keyStore: station.keys)
                    .signInWithFile(path: station.file("member.identity"), passphrase: word).use { session in
                        let read = try await session.read(Records.Child.self, child, access: interview)
                        #expect(read.record.givenNameLatin == "Sokha")
                        #expect(try await session.resumeInterview(id: live.id(), access: interview).view().state == .running)
                        let gone = await refusal {
                            _ = try await session.backupTo(path: station.file("backup"), key: backup, access: work)
                        }
                        #expect(gone.code == 993)
                        let backup = try await BackupKey.openFile(path: station.file("key"), passphrase: word)
                        _ = try await session.backupTo(path: station.file("backup"), key: backup, access: work)
                        _ = try await session.check()
                        let entries = try await session.logEntries(start: 0, end: .max, log: nil, access: audit)
                        #expect(entries.filter { $0.event == 11 }.count == 2, "each session has its last entry")
                    }
            }
        }

        @Test func pagesAreWipedAlsoWhileSomebodyGoesThroughThem() async throws {
            try await alone("pagesAreWipedAlsoWhileSomebodyGoesThroughThem") { station in
                let (opened, first) = try await station.child("Sokha")
                let new = Records.Child(givenNameLatin: "Bopha", sex: "female", role: "victim")
                let ids = [first, try await station.session.create(new, below: opened, access: interview).record]
                // Pages that are gone leave room for others.
                for _ in 0..<10 { _ = try await station.session.readPage(Records.Child.self, ids, access: interview) }
                let page = try await station.session.readPage(Records.Child.self, ids, access: interview)
                let mixed = try await station.session.readAny(ids, access: interview)
                let kept = try page.opened()
                #expect(!page.isWiped && !mixed.isWiped)
                #expect(try mixed.opened().map(\.id) == ids && kept.map(\.record.givenNameLatin) == ["Sokha", "Bopha"])
                #expect(try page.indices.map { try page.opened(at: $0) } == kept)
                #expect(try mixed.indices.map { try mixed.opened(at: $0).id } == ids)
                let names = Set(["Sokha", "Bopha"])
                weak var released = bytes(of: page)
                #expect(released != nil)

                var under = [page.makeIterator()]
                #expect(under[0].next() == kept[0])
                #expect(await Task.detached { await shutdown() }.value == 1)
                #expect(page.isWiped && mixed.isWiped)
                #expect(released == nil, "nothing is left of the page, whoever is going through it")
                let looks: [() throws -> Void] = [
                    { _ = try page.opened() }, { _ = try page.opened(at: 0) },
                    { _ = try mixed.opened() }, { _ = try mixed.opened(at: 1) },
                ]
                for look in looks {
                    let refused = await refusal(look)
                    #expect(refused.code == 993 && refused.kind == .input && !names.contains { "\(refused)".contains($0) })
                }
                #expect(page.count == 2 && mixed.count == 2 && "\(page)".contains("redacted"))

                // What the library says of its own objects.
                let library = await refusal { _ = try station.identity.enrolmentFile() }
                #expect(await refusal { _ = try page.opened() } == library)

                // Ordinary functions wait.
                let session = try await station.vault.signInWithFile(path: station.file("member.identity"), passphrase: word)
                let anew = try await session.readPage(Records.Child.self, ids, access: interview)
                #expect(try anew.opened() == kept)
                func waits() -> UInt64 { shutdown() }
                #expect(waits() == 1 && anew.isWiped && session.isLocked())
            }
        }

        /// Whoever reads meanwhile is told that the session is locked or that the page was wiped.
        @Test func workThatIsUnderWayEndsWithAnError() async throws {
            try await alone("workThatIsUnderWayEndsWithAnError") { station in
                let (_, child) = try await station.child("Sokha")
                let (session, ids) = (station.session, Array(repeating: child, count: 50))
                let begun = AsyncStream<Void>.makeStream()
                let ends = try await withThrowingTaskGroup(of: UInt16.self) { group in
                    for _ in 0..<6 {
                        group.addTask {
                            let ended = await refusal {
                                while true {
                                    let page = try await session.readPage(Records.Child.self, ids, access: interview)
                                    begun.continuation.yield()
                                    #expect(try page.opened().allSatisfy { $0.record.givenNameLatin == "Sokha" })
                                    #expect(try await session.read(Records.Child.self, ids, access: interview).count == 50)
                                }
                            }
                            return ended.code
                        }
                    }
                    for await _ in begun.stream.prefix(20) {}
                    await shutdown()
                    return try await group.reduce(into: []) { $0.append($1) }
                }
                #expect(ends.count == 6 && ends.allSatisfy { [704, 993].contains($0) }, "\(ends)")
            }
        }

        /// The question was asked before the shutdown, and the answer comes when all that was known is wiped.
        @Test func aPageThatArrivesLateIsWiped() async throws {
            try await alone("aPageThatArrivesLateIsWiped") { station in
                let (_, child) = try await station.child("Sokha")
                weak var released: Answer?
                func late(_ session: Session, _ kind: String?) throws -> Answer {
                    let answer = try session.answer([child, child], kind: kind, access: interview)
                    released = answer
                    #expect(shutdown() == 1)
                    return answer
                }
                let page = try Page<Records.Child> { try late(station.session, "child") }
                #expect(page.isWiped && page.count == 2 && released == nil)
                #expect(await refusal { _ = try page.opened() }.code == 993)
                #expect(await refusal { _ = try page.opened(at: 1) }.code == 993)

                let second = try await station.vault.signInWithFile(path: station.file("member.identity"), passphrase: word)
                let mixed = try MixedPage { try late(second, nil) }
                #expect(mixed.isWiped && mixed.count == 2 && released == nil)
                #expect(await refusal { _ = try mixed.opened(at: 0) }.code == 993)

                // A question of the new turn is answered.
                let third = try await station.vault.signInWithFile(path: station.file("member.identity"), passphrase: word)
                let anew = try await third.readPage(Records.Child.self, [child], access: interview)
                #expect(try !anew.isWiped && anew.opened(at: 0).record.givenNameLatin == "Sokha")
                #expect(try await third.read(Records.Child.self, child, access: interview) == anew.opened(at: 0))
            }
        }

        /// Whoever opens single records meanwhile has the record or the error; the app goes on.
        @Test func singleRecordsAreOpenedOrRefusedMeanwhile() async throws {
            try await alone("singleRecordsAreOpenedOrRefusedMeanwhile") { station in
                let (_, child) = try await station.child("Sokha")
                let page = try await station.session.readPage(Records.Child.self, [child, child], access: interview)
                let mixed = try await station.session.readAny([child, child], access: interview)
                let begun = AsyncStream<Void>.makeStream()
                let looks: [@Sendable () throws -> String] = [
                    { try page.opened(at: 0).id }, { try page.opened(at: 1).id },
                    { try mixed.opened(at: 0).id }, { try mixed.opened(at: 1).id },
                ]
                let ends = await withTaskGroup(of: UInt16.self) { group in
                    for look in looks {
                        group.addTask {
                            let ended = await refusal {
                                while true {
                                    let id = try look()
                                    #expect(id == child)
                                    begun.continuation.yield()
                                    await Task.yield()
                                }
                            }
                            return ended.code
                        }
                    }
                    for await _ in begun.stream.prefix(200) {}
                    await shutdown()
                    return await group.reduce(into: []) { $0.append($1) }
                }
                #expect(ends == [993, 993, 993, 993])
            }
        }

        /// A subscript cannot throw: the app ends, with our words.
        @Test func toLookIntoAPageThatWasWipedEndsTheApp() async throws {
            let said = try await alone("toLookIntoAPageThatWasWipedEndsTheApp", ends: .uncaughtSignal) { station in
                let (_, child) = try await station.child("Sokha")
                let page = try await station.session.readPage(Records.Child.self, [child], access: interview)
                await shutdown()
                _ = page[0]
            }
            #expect(said.contains("a page was looked at after it was wiped") && !said.contains("Sokha"))
        }

        @Test func toGoOnThroughAPageThatWasWipedEndsTheApp() async throws {
            let said = try await alone("toGoOnThroughAPageThatWasWipedEndsTheApp", ends: .uncaughtSignal) { station in
                let (_, child) = try await station.child("Sokha")
                let page = try await station.session.readAny([child, child], access: interview)
                var seen = 0
                for opened in page {
                    seen += 1
                    print("seen: \(seen), \(opened.kind)")
                    await shutdown()
                }
            }
            #expect(said.contains("a page was looked at after it was wiped") && !said.contains("Sokha"))
            #expect(said.contains("seen: 1, child") && !said.contains("seen: 2"))
        }

        @Test func aPanicWipeWipesPagesAsWell() async throws {
            try await alone("aPanicWipeWipesPagesAsWell") { station in
                let (_, child) = try await station.child("Sokha")
                let (vault, keys) = (station.vault, station.keys)
                let (file, nobody) = (station.file("member.identity"), station.file("nobody.identity"))
                func wiped(_ session: Session, _ wipe: () async throws -> Void) async throws {
                    let page = try await session.readPage(Records.Child.self, [child], access: interview)
                    #expect(try page.opened(at: 0).record.givenNameLatin == "Sokha")
                    try await wipe()
                    #expect(page.isWiped && session.isLocked())
                    #expect(await refusal { _ = try page.opened() }.code == 993)
                }
                func anew() async throws -> Session { try await vault.signInWithFile(path: file, passphrase: word) }
                func waits(_ path: URL) throws { try panicWipe(identityPath: path.path, keyStore: keys) }
                func waitsOfVault(_ path: URL) throws { try vault.panicWipe(identityPath: path.path, device: false) }

                // Of a file that is not there: everything else is done.
                try await wiped(station.session) {
                    _ = await refusal { try await panicWipe(identityPath: nobody, keyStore: keys) }
                }
                try await wiped(anew()) { _ = await refusal { try await vault.panicWipe(identityPath: nobody, device: false) } }
                try await wiped(anew()) { _ = await refusal { try waits(nobody) } }
                try await wiped(anew()) { _ = await refusal { try waitsOfVault(nobody) } }
                // Whoever has cancelled the task wants it done nevertheless.
                try await wiped(anew()) {
                    let task = Task {
                        withUnsafeCurrentTask { $0?.cancel() }
                        return try await vault.panicWipe(identityPath: file, device: false)
                    }
                    let locked = try await task.value
                    #expect(locked == 1)
                }
                #expect(!FileManager.default.fileExists(atPath: file.path))
            }
        }

        private func bytes<Record>(of page: Page<Record>) -> PageReader? { try? page.held.get() }
    }

    /// Plays the scene if this process was begun for it; otherwise begins one that plays nothing else. Answers what that one said.
    @discardableResult
    private func alone(
        _ name: String, ends: Process.TerminationReason = .exit, scene: (Station) async throws -> Void
    ) async throws -> String {
        let asked = "SAFEROOM_SCENE"
        guard ProcessInfo.processInfo.environment[asked] == nil else {
            let folder = try freshFolder()
            let identity = try await Identity.createFile(path: folder.appendingPathComponent("member.identity"), passphrase: word)
            try await scene(try await Station(identity, in: folder))
            return ""
        }
        let (process, output) = (Process(), Pipe())
        process.executableURL = URL(fileURLWithPath: CommandLine.arguments[0])
        process.arguments = ["--testing-library", "swift-testing", "--filter", "ShutdownTests/\(name)"]
        process.environment = ProcessInfo.processInfo.environment.merging([asked: name, "SWIFT_BACKTRACE": "enable=no"]) { $1 }
        (process.standardOutput, process.standardError) = (output, output)
        try process.run()
        let said = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        #expect(process.terminationReason == ends, "\(said)")
        if ends == .exit { #expect(process.terminationStatus == 0 && said.contains("1 test passed"), "\(said)") }
        return said
    }
#endif
