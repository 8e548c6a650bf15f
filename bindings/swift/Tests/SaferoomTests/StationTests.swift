import Foundation
import Saferoom
import Testing

private let work = AccessInput(purpose: "record-management")
private let night = AccessInput(purpose: "BTG", reason: "In danger tonight")
private let ordered = AccessInput(purpose: "record-management", reason: "Order of the court of 3 March")
private let word = Data("quiet river stone, thrice".utf8)

@Suite struct StationTests {
    @Test func anAuditorVerifiesTheLogWithoutAKey() async throws {
        let station = try await Station()
        let session = station.session
        let kept = Data(try await session.checkpoint().utf8)
        let (_, child) = try await station.child()
        _ = try await session.read(Records.Child.self, child, access: interview)
        let policy = Data(try await session.trustPolicy().utf8)
        let report = ProgressReport()
        let steps = Task { await report.updates.reduce(into: 0) { count, _ in count += 1 } }
        let bundle = try await session.exportLog(
            folder: station.file("bundle"), since: [kept], reasons: .none, access: audit, progress: report)
        let (size, told) = (try await session.logSize(), await steps.value)
        #expect(bundle.size == size && told > 0)
        let verified = try await verifyBundle(folder: station.file("bundle"), trustPolicy: policy, kept: [kept])
        #expect(verified.accepted && verified.origin == origin)
        let consistency = verified.verdicts.first { $0.name == "consistency" }
        #expect(consistency?.answer == .passed)

        // One byte of an entry is changed: the verdict is no.
        let files = FileManager.default.enumerator(at: station.file("bundle"), includingPropertiesForKeys: nil)
        let all = (files?.compactMap { $0 as? URL } ?? []).filter { $0.path.contains("entries") && !$0.hasDirectoryPath }
        let file = try #require(all.first)
        var bytes = try Data(contentsOf: file)
        bytes[bytes.count / 2] ^= 1
        try bytes.write(to: file)
        let altered = try? await verifyBundle(folder: station.file("bundle"), trustPolicy: policy, kept: [kept])
        #expect(altered?.accepted != true)

        let checkpoint = try await verifyCheckpoint(
            note: Data(try await session.checkpoint().utf8), keys: [try await session.logKey()])
        #expect(checkpoint.size == size)
        let stranger = await refusal { _ = try await verifyCheckpoint(note: kept, keys: []) }
        #expect(stranger.kind == .log)
    }

    @Test func colleaguesReadWhatTheirRoleReaches() async throws {
        let station = try await Station()
        let (opened, child) = try await station.child()
        let officer = try await station.enrol("interviewer")
        try await station.vault.signedIn(officer) { colleague in
            let refused = await refusal { _ = try await colleague.read(Records.Child.self, child, access: interview) }
            #expect(refused.kind == .refused)
            try await station.session.assign(case: opened, member: officer.memberId(), access: work)
            let read = try await colleague.read(Records.Child.self, child, access: interview)
            #expect(read.record.givenNameLatin == "Sokha")
        }
        let members = try await station.session.members()
        #expect(members.map(\.role).sorted() == ["founder", "interviewer"].sorted() || members.count == 2)
        #expect(try await station.session.caseMembers(case: opened, access: work).map(\.member).contains(officer.memberId()))
        _ = try await station.session.changeMembers(
            change: .suspend(member: officer.memberId()), signers: [station.identity], access: work)
        let out = await refusal { _ = try await station.vault.signIn(identity: officer) }
        #expect(out.has(.suspended))
        let policy = try await station.session.accessPolicy()
        #expect(policy.roles().contains { $0.name == "interviewer" && $0.labelEn.isEmpty == false })
        let unsafe = await refusal { _ = try AccessPolicy.parse(text: "format = 1") }
        #expect(unsafe.code == 640)
    }

    @Test func aChildIsFoundByAnotherSpelling() async throws {
        let station = try await Station()
        let (opened, child) = try await station.child("Sopheaktra")
        let found = try await station.session.search(
            kind: "child", criteria: [.name(text: "sophia ktra, CHHANN")], access: interview)
        #expect(found.records.map(\.id) == [child] && found.records.first?.caseId == opened)
        let refused = await refusal { _ = try await station.session.search(kind: "child", criteria: [], access: interview) }
        #expect(refused.code == 350)
    }

    @Test func theGlassIsBrokenAndReviewed() async throws {
        let station = try await Station()
        let (opened, child) = try await station.child()
        let (officer, secret) = (try await station.enrol("interviewer"), EmergencySecret.generate())
        _ = try await station.session.changeMembers(
            change: .secondSecret(member: officer.memberId(), secret: secret), signers: [station.identity], access: work)
        let finding = try await station.vault.signedIn(officer) { session in
            let wrong = await refusal { _ = try await session.breakGlass(case: opened, second: .generate(), access: night) }
            #expect(wrong.kind == .refused && !wrong.advice.isEmpty)
            let emergency = try await session.breakGlass(case: opened, second: secret, access: night)
            #expect(try await emergency.readMany(ids: [child]).first?.fields()["given_name_latin"] == .text("Sokha"))
            try await emergency.end()
            return emergency.finding()
        }
        let open = try await station.session.findings(openOnly: true, access: AccessInput(purpose: "supervision"))
        #expect(open.map(\.id) == [finding] && open[0].dueDate > open[0].atDate)
        try await station.session.reviewFinding(
            finding: finding, outcome: .justified, note: "", access: AccessInput(purpose: "supervision"))
        #expect(try await station.session.findings(openOnly: true, access: AccessInput(purpose: "supervision")).isEmpty)
    }

    @Test func aBackupComesBackAndMoves() async throws {
        let station = try await Station()
        let (_, child) = try await station.child()
        let key = try await BackupKey.createFile(path: station.file("key"), passphrase: word, lifetimeSeconds: 86_400)
        let expires = key.notAfterDate
        #expect(expires > Date() && expires < Date(timeIntervalSinceNow: 86_500))
        let made = try await station.session.backupTo(path: station.file("backup"), key: key, access: work)
        #expect(made.bytes > 0 && made.finalCheckpoint == nil)
        let keys = MemoryKeyStore()
        let report = try await restoreVault(
            from: station.file("backup"), key: key, identity: station.identity, target: station.file("phone"), keyStore: keys)
        #expect(report.previousLogSize == made.logSize && keys.count > 0)
        let restored = try await Vault.open(path: station.file("phone"), keyStore: keys)
        try await restored.signedIn(station.identity) { session in
            let read = try await session.read(Records.Child.self, child, access: interview)
            #expect(read.record.sex == "female")
        }
        let wrong = await refusal { _ = try await BackupKey.openFile(path: station.file("key"), passphrase: Data("another stone".utf8)) }
        #expect(wrong.has(.wrongPassphrase))
    }

    @Test func aCaseIsErasedForGood() async throws {
        let station = try await Station()
        let session = station.session
        let (opened, child) = try await station.child()
        try await session.placeHold(case: opened, access: ordered)
        let held = await refusal { _ = try await session.proposeErasure(cases: [opened], ground: .order, access: ordered) }
        #expect(held.code == 635)
        try await session.liftHold(case: opened, access: ordered)
        let proposal = try await session.proposeErasure(cases: [opened], ground: .order, access: ordered)
        let done = try await session.erase(proposal: proposal.signedBy(custodian: station.identity), access: ordered)
        #expect(done.cases == 1 && done.keys > 0)
        let gone = await refusal { _ = try await session.read(Records.Child.self, child, access: interview) }
        #expect(gone.code != .max)
        let certificate = try await session.erasureCertificate(position: done.position, signers: [station.identity])
        let custodians = try await session.members().flatMap { $0.devices.map(\.key) }
        #expect(try await verifyErasureCertificate(bytes: certificate, custodians: custodians).cases == [opened])
        _ = try await session.check()
    }

    @Test func shareHoldersBringARecoveryKeyTogether() async throws {
        let station = try await Station()
        let session = station.session
        let ceremony = try await session.beginRecovery(unit: session.unit(), needed: 3, shares: 4)
        for share in ceremony.shares() {
            try await share.createFile(path: station.file("\(share.number()).share"), passphrase: word)
        }
        _ = try await session.setUpRecovery(
            ceremony: ceremony, signers: [station.identity], access: AccessInput(purpose: "HSYSADMIN"))
        let status = try await session.recoveryStatus()
        #expect(status.first?.needed == 3 && status.first?.shares == 4)
        var shares: [RecoveryShare] = []
        for number in 1...3 {
            shares.append(try await RecoveryShare.openFile(path: station.file("\(number).share"), passphrase: word))
        }
        let few = await refusal { _ = try await station.vault.reinstate(identity: .generate(), shares: Array(shares.prefix(2))) }
        #expect(few.kind == .keys)
        let custodian = try await station.vault.reinstate(identity: .generate(), shares: shares)
        #expect(try await custodian.members().count == 2)
        await custodian.lock()
    }

    @Test func aPacketGoesOutAndIsAnswered() async throws {
        let station = try await Station()
        let shelter = Correspondent.ofKeyPair(keys: try await PacketKeyPair.createFile(path: station.file("shelter"), passphrase: word))
        let desk = Correspondent.ofIdentity(identity: station.identity)
        try Data("{}".utf8).write(to: station.file("referral.json"))
        let part = PacketPartInput(kind: "referral", name: "referral-1", file: station.file("referral.json"))
        let sent = try await desk.seal(out: station.file("out"), recipients: [shelter.addressFile()], parts: [part])
        let (nobody, known) = (KnownSenders(), KnownSenders())
        try known.pin(addressFile: desk.addressFile())
        let unknown = await refusal {
            _ = try await shelter.open(
                path: station.file("out"), known: nobody, seen: station.file("seen"), folder: station.folder)
        }
        #expect(unknown.code == 1010 && unknown.kind == .packet)
        let opened = try await shelter.open(
            path: station.file("out"), known: known, seen: station.file("seen"), folder: station.folder)
        #expect(opened.isNew() && opened.info().packet == sent.packet)
        #expect(try await opened.part(index: 0, longest: 100) == Data("{}".utf8))
    }

    @Test func anExtractIsVerified() async throws {
        let station = try await Station()
        let example = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("../../../../examples/anonymise").standardized
        let table = try Data(contentsOf: example.appendingPathComponent("interviews.csv"))
        let spec = try String(contentsOf: example.appendingPathComponent("spec.toml"), encoding: .utf8)
        _ = try await anonymiseTable(
            table: table, spec: spec, beside: example, folder: station.file("extract"), signer: station.identity)
        let key = try await extractSigningKey(identity: station.identity)
        let verified = try await verifyExtract(folder: station.file("extract"), trustedKeys: key)
        #expect("\(verified)".isEmpty == false)
        let stranger = try await extractSigningKey(identity: .generate())
        let refused = await refusal { _ = try await verifyExtract(folder: station.file("extract"), trustedKeys: stranger) }
        #expect(refused.kind == .release)
    }

    @Test func roomsAreMonitored() async throws {
        let station = try await Station()
        let report = try await station.session.monitorReportJson(access: AccessInput(purpose: "HQUALIMP"))
        #expect(try JSONSerialization.jsonObject(with: Data(report.utf8)) is [String: Any])
        #expect(try await station.session.roomsStations(access: AccessInput(purpose: "HQUALIMP")).isEmpty)
    }
}
