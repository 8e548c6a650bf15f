import Foundation
import Saferoom
import Testing

/// What earlier releases have written stays readable: `tests/databases`. All persons are invented.
@Suite struct DatabaseTests {
    @Test func whatEveryReleaseHasLeftOpens() async throws {
        let all = repository.appendingPathComponent("tests/databases")
        let releases = try FileManager.default.contentsOfDirectory(at: all, includingPropertiesForKeys: [.isDirectoryKey])
            .filter { try $0.resourceValues(forKeys: [.isDirectoryKey]).isDirectory == true }
        #expect(!releases.isEmpty)
        for release in releases {
            let scratch = try freshFolder()
            defer { try? FileManager.default.removeItem(at: scratch) }
            // A copy that may be written: a sign-in is an entry.
            let folder = scratch.appendingPathComponent("fixture")
            try FileManager.default.copyItem(at: release, to: folder)
            try await openAll(folder)
        }
    }

    private func openAll(_ folder: URL) async throws {
        let file = { (name: String) in folder.appendingPathComponent(name) }
        let listed = try #require(
            try JSONSerialization.jsonObject(with: Data(contentsOf: file("contents.json"))) as? [String: Any])
        let text = { (name: String) in try #require(listed[name] as? String) }
        let identity = try await Identity.openFile(path: file("founder.identity"), passphrase: Data(text("passphrase").utf8))
        let vault = try await Vault.open(path: file("vault.saferoom"), keyStore: fileKeyStore(folder: file("keys").path))
        let (opened, named, said) = (try text("case"), try text("child"), try text("statement"))
        let sent = try #require((listed["packet"] as? [String: String])?["child"])
        let address = try Data(contentsOf: file("sender.address"))
        try await vault.signedIn(identity) { session in
            let read = try await session.read(Records.Case.self, opened, access: interview).record
            #expect(read.registerNumber == "2026/17")
            let child = try await session.read(Records.Child.self, named, access: interview)
            #expect(child.record.givenName == "សុខា" && child.parent == opened)
            #expect(child.record.dateOfBirth == PartialDate(2014, 5, estimated: true))
            #expect(try await session.read(Records.Statement.self, said, access: interview).revision == 2)
            _ = try await session.check()

            let known = KnownSenders()
            try known.pin(addressFile: address)
            let taken = try await session.takeIn(
                path: folder.appendingPathComponent("case.packet"), receiver: .ofIdentity(identity: identity), known: known,
                folder: folder, access: interview)
            let arrived = try #require(taken.records[sent])
            #expect(try await session.read(Records.Child.self, arrived, access: interview).record.givenName == "ដារា")
        }
        let found = try await verifyBundle(
            folder: file("bundle"), trustPolicy: Data(contentsOf: file("trust-policy")),
            kept: [Data(contentsOf: file("kept-checkpoint"))],
            now: Date(timeIntervalSince1970: try #require(listed["now"] as? NSNumber).doubleValue))
        #expect(found.accepted)
        let extract = try await verifyExtract(folder: file("extract"), trustedKeys: text("extract_key"))
        #expect(extract.signer != nil)
    }
}
