import Foundation
import Saferoom
import Testing

typealias Vector = [String: Any]

/// The vectors that a host can call with: `tests/conformance/calls.json` names them for every language.
@Suite struct VectorTests {
    @Test func everyVectorIsAcceptedOrRefusedWithItsCode() async throws {
        let index = try #require(try shared("tests/conformance/calls.json") as? [String: Any])
        let folder = try freshFolder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let calls = Calls(folder)
        var count = 0
        for entry in try #require(index["calls"] as? [[String: String]]) {
            let call = try #require(entry["call"])
            for vector in try taken(entry) {
                let what = "\(call): \(vector["name"] ?? "")"
                let wanted = vector["code"] as? Int
                #expect((vector["error"] != nil) == (wanted != nil), "\(what): no code")
                do {
                    let answer = try await calls.answer(call, entry, vector)
                    #expect(wanted == nil, "\(what): accepted")
                    if let same = entry["same"], let expected = vector["expected"] as? Vector, let value = expected[same] {
                        #expect(answer == "\(value)", "\(what)")
                    }
                } catch let refused as SaferoomError {
                    #expect(Int(refused.code) == wanted, "\(what): \(refused)")
                }
                count += 1
            }
        }
        #expect(count >= index["least"] as? Int ?? .max)
    }
}

/// The vectors of one entry of the index.
private func taken(_ entry: [String: String]) throws -> [Vector] {
    let file = try #require(entry["vectors"])
    let vectors = try #require(try shared("tests/vectors/\(file)") as? [Vector])
    return vectors.filter { vector in
        let asked = entry["with"].map { vector[$0] != nil } ?? true
        return asked && entry["without"].map { vector[$0] == nil } ?? true
    }
}

private func bytes(_ digits: Any?) throws -> Data {
    let digits = Array(try #require(digits as? String).utf8)
    var bytes = Data()
    for place in stride(from: 0, to: digits.count, by: 2) {
        let pair = String(decoding: digits[place...(place + 1)], as: UTF8.self)
        bytes.append(try #require(UInt8(pair, radix: 16)))
    }
    return bytes
}

private func hex(_ bytes: Data) -> String {
    bytes.map { String(format: "%02x", $0) }.joined()
}

private func text(_ vector: Vector, _ name: String) throws -> String {
    try #require(vector[name] as? String, "\(name) of \(vector)")
}

private func number(_ vector: Vector, _ name: String) throws -> UInt64 {
    try #require(vector[name] as? NSNumber, "\(name) of \(vector)").uint64Value
}

private func expected(_ vector: Vector, _ name: String) throws -> String {
    try text(#require(vector["expected"] as? Vector), name)
}

/// What each `call` answers, as text.
private final class Calls {
    private let folder: URL
    private var made = 0
    /// Unlocking takes its time: once.
    private var founder: Identity?

    init(_ folder: URL) { self.folder = folder }

    func answer(_ call: String, _ entry: [String: String], _ vector: Vector) async throws -> String {
        switch call {
        case "leaf_hash": return hex(leafHash(entry: try bytes(vector["input"])))
        case "verify_inclusion", "verify_consistency": return try await prove(vector)
        case "verify_note": return try await note(vector)
        case "verify_checkpoint":
            return try await verifyCheckpoint(note: bytes(vector["input"]), keys: keys(vector)).origin
        case "verify_entry_proof": return try await entryProof(entry, vector)
        case "judge_checkpoint":
            return try await judgeCheckpoint(note: Data(), trustPolicy: Data(text(vector, "policy").utf8)).checkpoint.origin
        case "verify_court_file": return try await courtFile(vector)
        case "open_identity":
            let file = fresh()
            try bytes(vector["file"]).write(to: file)
            return try await Identity.openFile(path: file, passphrase: Data(text(vector, "passphrase").utf8)).memberId()
        case "read_enrolment": return try PublicIdentity.fromEnrolmentFile(bytes: bytes(vector["file"])).fingerprint()
        case "read_emergency_secret": return try await emergencySecret(vector)
        case "read_recovery_share":
            return "\(try await RecoveryShare.fromText(text: Data(text(vector, "text").utf8)).number())"
        case "packet_fingerprint": return try await packetFingerprint(addressFile: bytes(vector["input"]))
        case "verify_erasure":
            let custodians = try #require(vector["custodians"] as? [String])
            return try await verifyErasureCertificate(bytes: bytes(vector["input"]), custodians: custodians).origin
        case "read_access_policy": return "\(try AccessPolicy.parse(text: text(vector, "toml")).version())"
        case "add_form": return try await addForm(vector)
        case "verify_bundle": return try await bundle(vector)
        case "verify_extract":
            let folder = try altered(vector)
            let key = try text(contents(folder), "extract_key")
            let verified = try await verifyExtract(folder: folder.appendingPathComponent("extract"), trustedKeys: key)
            return try #require(verified.signer).trimmingCharacters(in: .whitespacesAndNewlines)
        case "open_packet": return try await packet(vector)
        default:
            Issue.record("no such call: \(call)")
            return ""
        }
    }

    private func keys(_ vector: Vector) throws -> [String] {
        try #require(vector["keys"] as? [String])
    }

    private func prove(_ vector: Vector) async throws -> String {
        let proof = try #require(vector["proof"] as? [String]).map { try bytes($0) }
        let (size, root) = (try number(vector, "size"), try bytes(vector["root"]))
        if vector["index"] == nil {
            try await verifyConsistency(
                size1: number(vector, "old_size"), root1: bytes(vector["old_root"]), size2: size, root2: root, proof: proof)
        } else {
            try await verifyInclusion(
                leafHash: bytes(vector["leaf_hash"]), index: number(vector, "index"), size: size, proof: proof, root: root)
        }
        return ""
    }

    private func note(_ vector: Vector) async throws -> String {
        let verified = try await verifyNote(note: bytes(vector["input"]), keys: keys(vector))
        #expect(try hex(Data(verified.text.utf8)) == expected(vector, "text"))
        return ""
    }

    private func entryProof(_ entry: [String: String], _ vector: Vector) async throws -> String {
        var leaf = try bytes(entry["entry"])
        // Of a proof for another leaf the entry is not known.
        if try hex(leafHash(entry: leaf)) != text(vector, "leaf_hash") { leaf = Data() }
        return "\(try await verifyEntryProof(proof: bytes(vector["input"]), entry: leaf, keys: keys(vector)).index)"
    }

    private func courtFile(_ vector: Vector) async throws -> String {
        let folder = fresh()
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        for (name, content) in try #require(vector["files"] as? [String: String]) {
            try bytes(content).write(to: folder.appendingPathComponent(name))
        }
        return "\(try await verifyCourtFile(folder: folder, trustPolicy: Data(text(vector, "policy").utf8)).size)"
    }

    private func emergencySecret(_ vector: Vector) async throws -> String {
        let file = fresh()
        try await EmergencySecret.fromText(text: Data(text(vector, "text").utf8)).createTextFile(path: file)
        let printed = try expected(vector, "printed")
        #expect(try String(contentsOf: file, encoding: .utf8).contains(printed))
        return ""
    }

    /// Each form in a vault of its own: one form can be in the way of another.
    private func addForm(_ vector: Vector) async throws -> String {
        let station = try await Station()
        let access = AccessInput(purpose: "HSYSADMIN")
        try await station.session.addForm(toml: text(vector, "toml"), custodian: station.identity, access: access)
        return ""
    }

    private func bundle(_ vector: Vector) async throws -> String {
        let folder = try altered(vector)
        let verified = try await verifyBundle(
            folder: folder.appendingPathComponent("bundle"),
            trustPolicy: Data(contentsOf: folder.appendingPathComponent("trust-policy")),
            kept: [Data(contentsOf: folder.appendingPathComponent("kept-checkpoint"))],
            now: Date(timeIntervalSince1970: TimeInterval(number(contents(folder), "now"))))
        let failed = verified.verdicts.filter { $0.answer == .failed }.map(\.name)
        return failed.isEmpty ? "none" : failed.joined(separator: " ")
    }

    private func packet(_ vector: Vector) async throws -> String {
        let folder = try altered(vector)
        if founder == nil {
            founder = try await Identity.openFile(
                path: folder.appendingPathComponent("founder.identity"),
                passphrase: Data(text(contents(folder), "passphrase").utf8))
        }
        let (known, receiver) = (KnownSenders(), Correspondent.ofIdentity(identity: try #require(founder)))
        try known.pin(addressFile: Data(contentsOf: folder.appendingPathComponent("sender.address")))
        let opened = try await receiver.open(
            path: folder.appendingPathComponent("case.packet"), known: known,
            seen: folder.appendingPathComponent("seen"), folder: folder)
        return "\(opened.info().parts.count)"
    }

    /// What a release has left, with the change of this vector.
    private func altered(_ vector: Vector) throws -> URL {
        let folder = fresh()
        try FileManager.default.copyItem(at: repository.appendingPathComponent("tests/databases/0.1.0"), to: folder)
        guard let name = vector["file"] as? String else { return folder }
        let file = folder.appendingPathComponent(name)
        if vector["remove"] != nil {
            try FileManager.default.removeItem(at: file)
            return folder
        }
        var data = [UInt8](try Data(contentsOf: file))
        func place(_ name: String) -> Int? {
            (vector[name] as? NSNumber).map { $0.intValue < 0 ? data.count + $0.intValue : $0.intValue }
        }
        if let at = place("flip") { data[at] ^= 0x41 }
        if let length = place("cut_to") { data.removeLast(data.count - length) }
        if let more = vector["append"] { data += try bytes(more) }
        try Data(data).write(to: file)
        return folder
    }

    private func contents(_ folder: URL) throws -> Vector {
        let file = try Data(contentsOf: folder.appendingPathComponent("contents.json"))
        return try #require(try JSONSerialization.jsonObject(with: file) as? Vector)
    }

    private func fresh() -> URL {
        made += 1
        return folder.appendingPathComponent("\(made)")
    }
}
