import Foundation
import Testing

@testable import Saferoom

/// Many records as one buffer: the same as read one by one, opened when they are looked at.
@Suite struct PageTests {
    private func vectors(_ member: String) throws -> [[String: Any]] {
        let all = try #require(try shared("tests/vectors/page/pages.json") as? [[String: Any]])
        return all.filter { $0[member] != nil }
    }

    private func input(_ vector: [String: Any]) throws -> Data {
        let digits = Array(try #require(vector["input"] as? String).utf8)
        return try Data(stride(from: 0, to: digits.count, by: 2).map { place in
            try #require(UInt8(String(decoding: digits[place...(place + 1)], as: UTF8.self), radix: 16))
        })
    }

    @Test func aPageHasWhatTheVectorsSay() throws {
        let good = try vectors("expected")
        #expect(good.count >= 4)
        for vector in good {
            let wanted = try #require(vector["expected"] as? [[String: Any]])
            if vector["form"] as? String == "list" {
                let found = try Listing(input(vector)).map { [$0.id, $0.kind, $0.parent] }
                #expect(found == wanted.map { record in ["id", "kind", "parent"].map { record[$0] as? String } })
                continue
            }
            let reader = try PageReader(Octets(input(vector)))
            #expect(reader.places.count == wanted.count)
            for (place, record) in wanted.enumerated() {
                let read = try reader.record(place)
                #expect(read.id == record["id"] as? String && read.parent == record["parent"] as? String)
                #expect(read.kind == record["kind"] as? String && read.author == record["author"] as? String)
                #expect(read.revision == (record["revision"] as? NSNumber)?.uint64Value)
                #expect(read.withheld == record["withheld"] as? [String])
                let fields = try #require(record["fields"] as? [String: [String: Any]])
                let kind = try #require(Records.all[read.kind])
                let values = try kind.init(row: read.row).fieldValues()
                #expect(try values == fields.mapValues(formed))
                #expect(try kind.init(fields: values).fieldValues() == values)
            }
        }
    }

    @Test func anythingElseIsRefused() throws {
        let bad = try vectors("error")
        #expect(bad.count >= 15)
        for vector in bad {
            let name = vector["name"] as? String ?? ""
            #expect(throws: SaferoomError.self, "\(name)") {
                if vector["form"] as? String == "list" {
                    _ = try Listing(input(vector))
                } else {
                    let reader = try PageReader(Octets(input(vector)))
                    for place in reader.places.indices { _ = try reader.record(place) }
                }
            }
        }
    }

    @Test func aQuestionIsWhatTheFormatSays() {
        func question(_ ids: [String], _ kind: String?, _ access: AccessInput) -> String {
            withQuestion(ids, kind: kind, access: access) { $0.map { String(format: "%02x", $0) }.joined() }
        }
        let id = String(repeating: "07", count: 16)
        let reason = String(repeating: "r", count: 24)
        let asked = question([id], "child", AccessInput(purpose: "forensic-interview", reason: reason))
        let texts = "65" + "6368696c64" + "72" + "666f72656e7369632d696e74657276696577" + "7818" + String(repeating: "72", count: 24)
        #expect(asked == "8501" + texts + "50" + id)
        #expect(question([], nil, AccessInput(purpose: "x")) == "8501f66178f640")
        let long = question(Array(repeating: id, count: 17), nil, AccessInput(purpose: String(repeating: "x", count: 300)))
        #expect(long.hasPrefix("8501f6" + "79012c" + "7878") && long.contains("f6" + "590110" + id))
        #expect(question(Array(repeating: id, count: 4096), nil, AccessInput(purpose: "x")).hasPrefix("8501f66178f65a00010000" + id))
    }

    private func formed(_ value: [String: Any]) throws -> FieldValue {
        let (form, given) = try #require(value.first)
        switch form {
        case "text": return .text(try #require(given as? String))
        case "code": return .code(try #require(given as? String))
        case "date": return .date(try #require(given as? String))
        case "time": return .time(try #require(given as? NSNumber).int64Value)
        case "place": return .place(try #require(given as? String))
        case "bool": return .bool(try #require(given as? Bool))
        case "unsigned": return .unsigned(try #require(given as? NSNumber).uint64Value)
        case "id": return .id(try #require(given as? String))
        default: return .items(try #require(given as? [[String: Any]]).map(formed))
        }
    }

    @Test func aPageIsWhatReadingOneByOneGives() async throws {
        let station = try await Station()
        let (case_, _) = try await station.child()
        let session = station.session
        let new = (0..<20).map { number in
            Records.Child(givenName: "Sokha \(number)", dateOfBirth: PartialDate(2014, 5), sex: "female", role: "victim")
        }
        let ids = try await session.create(new.map { (case_, $0) }, access: interview).map(\.record)
        let before = try await session.logSize()
        let page = try await session.readPage(Records.Child.self, ids, access: interview)
        #expect(try await session.logSize() == before + 20)
        #expect(page.count == 20)
        for (place, id) in ids.enumerated() {
            let native: OpenedRecord = try await session.read(id: id, kind: "child", access: interview)
            #expect(try page[place] == Opened<Records.Child>(native))
        }
        #expect(try page.opened().map(\.record) == new)
        let printed = "\(page) \(try page[0]) \(String(reflecting: page)) \(Mirror(reflecting: page).children.count)"
        #expect(!printed.contains("Sokha") && !printed.contains("2014") && !printed.contains("victim"))
        #expect(try await session.readPage(Records.Child.self, [], access: interview).count == 0)

        let listed = try await session.list(of: case_, access: interview)
        #expect(listed.count == 22)
        #expect(try await Array(listed) == session.recordsOf(id: case_, access: interview))
        for wrong in ["", "00", String(repeating: "x", count: 32), String(repeating: "0", count: 64)] {
            let refused = await refusal {
                _ = try await session.readPage(Records.Child.self, [ids[0], wrong], access: interview)
            }
            #expect(refused.kind == .input, "\(wrong)")
        }
    }
}

/// Bytes of a vector where a page can be read.
private final class Octets: @unchecked Sendable {
    let bytes: UnsafeMutableRawBufferPointer

    init(_ data: Data) {
        bytes = .allocate(byteCount: data.count, alignment: 1)
        data.withUnsafeBytes { bytes.copyMemory(from: $0) }
    }

    deinit { bytes.deallocate() }
}

extension PageReader {
    fileprivate convenience init(_ octets: Octets) throws {
        try self.init(UnsafeRawBufferPointer(octets.bytes), of: octets)
    }
}
