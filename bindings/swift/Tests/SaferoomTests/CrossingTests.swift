#if os(Linux)
    import Foundation
    import Saferoom
    import Testing

    /// bindings/examples/crossing.rs, which uses the Rust interface alone. The step of `cargo xtask test` builds it.
    private let crossing = URL(fileURLWithPath: "/build/release/examples/crossing")

    private func run(_ arguments: [String]) throws -> [String] {
        let (process, output) = (Process(), Pipe())
        process.executableURL = crossing
        process.arguments = arguments
        process.standardOutput = output
        try process.run()
        let said = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        return String(decoding: said, as: UTF8.self).split(separator: "\n").map(String.init)
    }

    /// What Rust writes, Swift reads, extends, audits and erases; what Swift writes, Rust reads.
    @Suite(.enabled(if: FileManager.default.isExecutableFile(atPath: crossing.path)))
    struct CrossingTests {
        @Test func aVaultOfRustIsGoneOnWith() async throws {
            let folder = try freshFolder()
            defer { try? FileManager.default.removeItem(at: folder) }
            let ids = try run(["write", folder.path])
            let (opened, child) = (try #require(ids.first), try #require(ids.last))
            let identity = try await Identity.openFile(
                path: folder.appendingPathComponent("member.identity"), passphrase: Data("crossing the river".utf8))
            let vault = try await Vault.open(
                path: folder.appendingPathComponent("vault.saferoom"),
                keyStore: fileKeyStore(folder: folder.appendingPathComponent("keys")))
            try await vault.signedIn(identity) { session in
                let read = try await session.read(Records.Case.self, opened, access: interview).record
                #expect(read.registerNumber == "RUST-1" && read.summary == "From Rust: ផ្ទះ\nsecond line")
                #expect(read.reportedAt?.milliseconds == 1_795_543_567_250 && read.legalHold == true)
                let named = try await session.read(Records.Child.self, child, access: interview)
                #expect(named.parent == opened && named.record.dateOfBirth == PartialDate(2014, 5, estimated: true))
                #expect(named.record.otherNames == ["Sokha; the second", "Ka"])

                var extended = named.record
                extended.nickname = "from Swift"
                #expect(try await session.amend(child, to: extended, access: interview).number == 2)
                #expect(try await session.check().revisions >= 3)
            }
            let seen = try run(["read", folder.path, child])
            #expect(seen.contains("nickname=from Swift") && seen.contains("sex=female"))

            try await vault.signedIn(identity) { session in
                let bundle = folder.appendingPathComponent("bundle")
                let policy = Data(try await session.trustPolicy().utf8)
                _ = try await session.exportLog(folder: bundle, since: [], reasons: .none, access: audit)
                let verified = try await verifyBundle(folder: bundle, trustPolicy: policy, kept: [])
                #expect(verified.verdicts.allSatisfy { $0.answer != .failed })

                let ordered = AccessInput(purpose: "record-management", reason: "Order of the court of 3 March")
                try await session.liftHold(case: opened, access: ordered)
                let proposal = try await session.proposeErasure(cases: [opened], ground: .order, access: ordered)
                let done = try await session.erase(proposal: proposal.signedBy(custodian: identity), access: ordered)
                #expect(done.cases == 1)
                let gone = await refusal { _ = try await session.read(Records.Child.self, child, access: interview) }
                #expect(gone.code != .max)
            }
        }

        @Test func aVaultOfSwiftIsReadByRust() async throws {
            let folder = try freshFolder()
            defer { try? FileManager.default.removeItem(at: folder) }
            let identity = try await Identity.createFile(
                path: folder.appendingPathComponent("member.identity"), passphrase: Data("crossing the river".utf8))
            let vault = try await Vault.create(
                path: folder.appendingPathComponent("vault.saferoom"),
                keyStore: fileKeyStore(folder: folder.appendingPathComponent("keys")), identity: identity,
                origin: "test.example.org/crossing", unitName: "Unit of the crossing")
            let id = try await vault.signedIn(identity) { session in
                let new = Records.Case(
                    registerNumber: "SWIFT-1", externalReferences: ["one", "two"], registrationYear: 2026,
                    incidentFrom: PartialDate(2026, 5, estimated: true), summary: "ពី Swift")
                return try await session.create(new, below: session.unit(), access: interview).record
            }
            let seen = try run(["read", folder.path, id])
            for line in ["register_number=SWIFT-1", "external_references=one; two", "incident_from=2026-05~", "summary=ពី Swift"] {
                #expect(seen.contains(line))
            }
        }
    }
#endif
