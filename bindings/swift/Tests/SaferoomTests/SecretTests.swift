import Foundation
import Saferoom
import Testing

@Suite(.serialized) struct SecretTests {
    @Test func nothingPrintsWhatItHolds() async throws {
        let station = try await Station()
        let (opened, child) = try await station.child("Xyzzy")
        let session = station.session
        let native: OpenedRecord = try await session.read(id: child, kind: nil, access: interview)
        let live = try await session.startInterview(
            parent: child, fields: Records.Interview(purpose: "initial", interviewer: session.unit(), protocol: "nichd_revised").fieldValues(),
            earlier: .notLooked(), urgent: true, access: interview)
        let person = Records.Participant(role: "interpreter", presence: "in_room", name: "Xyzzy")
        try await session.interviewStep(live: live, step: .arrive(person: person.fieldValues()), access: interview)
        let held: [Any] = [
            AccessInput(purpose: "treatment", reason: "Xyzzy"), FieldValue.text("Xyzzy"), ["name": FieldValue.text("Xyzzy")],
            FieldValue.texts(["Xyzzy"]), NewRecord(kind: "child", parent: opened, fields: ["nickname": .text("Xyzzy")]),
            Records.Child(nickname: "Xyzzy"), try await session.read(Records.Child.self, child, access: interview),
            try await session.read(Records.Child.self, child, only: \.givenNameLatin, access: interview),
            try await session.readPage(Records.Child.self, [child], access: interview).makeIterator(),
            native, live, try live.view(), try live.view().people, SearchCriterion.name(text: "Xyzzy"), person,
            InterviewStep.arrive(person: person.fieldValues()), PartialDate(2014, 5, 17),
        ]
        for thing in held {
            var dumped = ""
            dump(thing, to: &dumped)
            for shown in ["\(thing)", String(reflecting: thing), dumped] {
                #expect(!shown.contains("Xyzzy") && !shown.contains("2014"), "\(type(of: thing))")
            }
        }
        #expect(try native.fields()["given_name_latin"] == .text("Xyzzy"), "it was there to be printed")
    }

    @Test func aWrongPassphraseIsToldAndNotRepeated() async throws {
        let folder = try freshFolder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appendingPathComponent("member.identity")
        let made = try await Identity.createFile(path: file, passphrase: Data("quiet river stone".utf8))
        #expect(try await Identity.openFile(path: file, passphrase: Data("quiet river stone".utf8)).memberId() == made.memberId())
        let wrong = await refusal { _ = try await Identity.openFile(path: file, passphrase: Data("quiet river sand".utf8)) }
        #expect(wrong.has(.wrongPassphrase) && !"\(wrong)".contains("sand"))
    }

    @Test func aFailingKeyStoreIsATypedErrorWithoutItsText() async throws {
        struct Unforeseen: Error { let text = "secret Xyzzy" }
        final class Broken: KeyStore {
            let error: any Error & Sendable
            init(_ error: any Error & Sendable) { self.error = error }
            func load(name: String) throws -> Data? { throw error }
            func store(name: String, secret: Data) throws { throw error }
            func remove(name: String) throws { throw error }
        }
        let folder = try freshFolder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appendingPathComponent("test.saferoom")
        for (error, said) in [(Unforeseen(), "failed"), (KeyStoreError.Refused, "unlock")] as [(any Error & Sendable, String)] {
            let failed = await refusal {
                _ = try await Vault.create(
                    path: file, keyStore: Broken(error), identity: .generate(), origin: origin, unitName: "Unit")
            }
            #expect(failed.has(.keyStoreFailed) && failed.text.contains(said) && !"\(failed)".contains("Xyzzy"))
            #expect(!FileManager.default.fileExists(atPath: file.path), "no half-made file stays")
        }
    }

    /// Codes that have names in Swift have classes of the same names in Python.
    @Test func codesAreThoseOfTheOtherLanguages() throws {
        let errors = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("../../../python/src/saferoom/errors.py")
        let text = try String(contentsOf: errors, encoding: .utf8)
        let begun = text.components(separatedBy: "_BY_CODE: dict[int, type[SaferoomError]] = {")
        let table = begun.last?.components(separatedBy: "}").first ?? ""
        let theirs = table.split(separator: "\n").compactMap { line -> String? in
            let parts = line.split(separator: ":").map { $0.trimmingCharacters(in: CharacterSet(charactersIn: " ,")) }
            return parts.count == 2 && Int(parts[0]) != nil ? "\(parts[0]) \(parts[1].lowercased())" : nil
        }
        let ours = SaferoomError.Code.allCases.map { "\($0.rawValue) \("\($0)".lowercased())" }
        #expect(ours.count >= 10 && Set(ours).subtracting(theirs).isEmpty)
    }
}
