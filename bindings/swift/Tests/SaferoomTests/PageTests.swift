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
            try reader.check()
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
            // What is looked at later is refused before.
            #expect(throws: SaferoomError.self, "\(name)") {
                if vector["form"] as? String == "list" {
                    _ = try Listing(input(vector))
                } else {
                    try PageReader(Octets(input(vector))).check()
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
        #expect(try page.map(\.record) == new && page.opened().map(\.record) == new)
        #expect(page.last?.id == ids.last && page[3...5].map(\.id) == Array(ids[3...5]) && page.first { $0.id == ids[7] } != nil)
        let printed = "\(page) \(page[0]) \(String(reflecting: page)) \(Mirror(reflecting: page).children.count)"
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
        let upper = ids.map { $0.uppercased() }
        #expect(upper != ids)
        let same = try await session.readPage(Records.Child.self, upper, access: interview)
        #expect(same.elementsEqual(page))
        #expect(try await session.read(Records.Child.self, upper[0], access: interview) == page[0])
    }

    @Test func recordsOfManyKindsAreOnePage() async throws {
        let station = try await Station()
        let (opened, child) = try await station.child("Xyzzy")
        let session = station.session
        let page = try await session.readAny([child, opened, child], access: interview)
        #expect(page.map(\.kind) == ["child", "case", "child"] && page.map(\.id) == [child, opened, child])
        #expect(page[0].parent == opened && page[0].author == session.memberId() && page[0].revision == 1)
        let named = try #require(page[0].record as? Records.Child)
        #expect(try await session.read(Records.Child.self, child, access: interview).record == named)
        #expect(page[1].record is Records.Case && page.dropFirst(2).first?.record is Records.Child)
        var printed = "\(page) \(page[0]) \(String(reflecting: page[0]))"
        dump(page, to: &printed)
        dump(page[0], to: &printed)
        #expect(!printed.contains("Xyzzy"))
        let refused = await refusal { _ = try await session.readAny([child, "x"], access: interview) }
        #expect(refused.kind == .input)
        #expect(try await session.readAny([], access: interview).isEmpty)
    }

    /// Every text of two bytes and the borders of longer ones, as Swift's own reader judges it.
    @Test func whatIsTextIsKnownWithoutMakingOne() {
        func same(_ bytes: [UInt8]) -> Bool {
            let text = String(decoding: bytes, as: UTF8.self)
            return bytes.withUnsafeBytes(isText) == (Array(text.utf8) == bytes)
        }
        let borders: [UInt8] = [
            0x00, 0x41, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xc1, 0xc2, 0xdf, 0xe0, 0xe1, 0xec, 0xed, 0xee, 0xef, 0xf0,
            0xf1, 0xf3, 0xf4, 0xf5, 0xff,
        ]
        var wrong = 0
        for first in UInt8.min...UInt8.max {
            if !same([first]) { wrong += 1 }
            for second in UInt8.min...UInt8.max where !same([first, second]) { wrong += 1 }
            for second in borders {
                for third in borders where !same([first, second, third]) { wrong += 1 }
            }
        }
        for first in borders where first >= 0xf0 {
            for second in borders {
                for third in borders {
                    for fourth in borders where !same([first, second, third, fourth]) { wrong += 1 }
                }
            }
        }
        #expect(wrong == 0)
        #expect("ពី Swift 🙂".utf8.withContiguousStorageIfAvailable { isText(UnsafeRawBufferPointer($0)) } == true)
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
