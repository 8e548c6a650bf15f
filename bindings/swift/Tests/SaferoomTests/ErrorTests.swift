import Foundation
import SaferoomFFI
import Testing

@testable import Saferoom
@testable import SaferoomNative

/// A clock that is told what time it is.
private final class Told: HostClock, @unchecked Sendable {
    private let lock = NSLock()
    private var milliseconds: UInt64
    private var broken = false

    init(_ date: Date) { milliseconds = UInt64(date.milliseconds) }

    func breakDown(_ broken: Bool) { lock.withLock { self.broken = broken } }

    func goOn(_ seconds: UInt64) { lock.withLock { milliseconds += seconds * 1000 } }

    func now() throws -> ClockReading {
        struct Secret: Error {}
        return try lock.withLock {
            if broken { throw Secret() }
            return ClockReading(wall: milliseconds, monotonic: milliseconds)
        }
    }
}

/// Codes, and the app's clock.
@Suite struct ErrorTests {
    @Test func theCodesAreThoseOfTheLibraryAndNoneMore() throws {
        let text = try String(contentsOf: repository.appendingPathComponent("bindings/codes.txt"), encoding: .utf8)
        let lines = text.split(separator: "\n").map { $0.split(separator: " ") }
        #expect(lines.count > 600)
        #expect(Set(lines.map { UInt16($0[0]) }) == Set(ErrorCode.allCases.map(\.rawValue)))
        for line in lines {
            let name = line[1].split(separator: "_").enumerated().map { $0 == 0 ? String($1) : $1.capitalized }.joined()
            let code = try #require(UInt16(line[0]).flatMap { ErrorCode(rawValue: $0) })
            #expect("\(code)" == name)
        }
        for code in SaferoomError.Code.allCases {
            #expect(ErrorCode(rawValue: code.rawValue) != nil, "\(code)")
        }
    }

    /// Python's table of exceptions says the same (bindings/python/src/saferoom/errors.py).
    @available(iOS 16, macOS 13, *)
    @Test func kindsAreThoseOfPython() throws {
        let errors = repository.appendingPathComponent("bindings/python/src/saferoom/errors.py")
        let python = try PythonTable(String(contentsOf: errors, encoding: .utf8))
        let names: [SaferoomError.Kind: String] = [.refused: "AccessDenied", .altered: "IntegrityError", .keys: "KeyringError"]
        var seen: Set<SaferoomError.Kind> = [.inside]
        for code in ErrorCode.allCases {
            let error = SaferoomError.Failure(
                code: code.rawValue, kind: part(of: code.rawValue), text: "", advice: "", waitSeconds: nil)
            let name = "\(error.kind)"
            let ours = names[error.kind] ?? name.prefix(1).uppercased() + name.dropFirst() + "Error"
            #expect(python.ancestors(code.rawValue, "\(error.part)").contains(ours), "\(code)")
            seen.insert(error.kind)
        }
        #expect(seen == Set(SaferoomError.Kind.allCases))
        #expect(SaferoomError.inside.kind == .inside)
    }

    @Test func errorsAreCaughtByKindAndByCode() {
        func caught(_ code: UInt16) -> String {
            let error = SaferoomError.Failure(code: code, kind: part(of: code), text: "", advice: "", waitSeconds: nil)
            do {
                throw error as any Error
            } catch let error as SaferoomError where error.has(.suspended) {
                return "suspended"
            } catch let error as SaferoomError where error.kind == .altered {
                return "altered"
            } catch let error as SaferoomError where error.kind == .refused {
                return "refused"
            } catch {
                return "other"
            }
        }
        #expect([630, 620, 753, 623, 650].map(caught) == ["suspended", "altered", "altered", "refused", "other"])
    }

    /// What a call that has panicked answers by code 2, with the text of the panic.
    @Test func aPanicIsToldWithoutItsText() async throws {
        let words = Array("Xyzzy lives at the river".utf8)
        let refused = await refusal {
            _ = try makeRustCall({ status -> Int in
                var made = RustCallStatus()
                let text = words.withUnsafeBufferPointer { ForeignBytes(len: Int32($0.count), data: $0.baseAddress) }
                status.pointee.errorBuf = ffi_saferoom_ffi_rustbuffer_from_bytes(text, &made)
                status.pointee.code = 2
                return 0
            }, errorHandler: FfiConverterTypeSaferoomError_lift)
        }
        #expect(refused == .inside && refused.code == 0 && refused.kind == .inside)
        #expect(!"\(refused) \(String(reflecting: refused)) \(refused.localizedDescription)".contains("Xyzzy"))

        // A real one of the plain door: no session stands behind the handle 0.
        let nobody = Session(noHandle: .init())
        let empty = await refusal { _ = try await nobody.read(Records.Child.self, "", access: interview) }
        #expect(empty == .inside && !"\(empty)".contains("session"))
    }

    @Test func anAppKeepsTheTimeAndAClockThatFailsStopsTheCall() async throws {
        let folder = try freshFolder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let begun = Date(milliseconds: 1_930_000_000_000)
        let clock = Told(begun)
        let identity = Identity.generate()
        let vault = try await Vault.create(
            path: folder.appendingPathComponent("test.saferoom"), keyStore: MemoryKeyStore(), identity: identity,
            origin: origin, unitName: "Unit of the tests", clock: clock)
        try await vault.signedIn(identity) { session in
            _ = try await session.create(Records.Case(), below: session.unit(), access: interview)
            let before = try await session.logSize()
            clock.breakDown(true)
            let failed = await refusal { _ = try await session.cases(access: interview) }
            #expect(failed.has(.clockFailed) && !"\(failed)".contains("Secret"))
            clock.breakDown(false)
            #expect(try await session.logSize() == before)

            let entries = try await session.logEntries(start: 0, end: before, log: nil, access: interview)
            #expect(entries.count == before)
            #expect(entries.allSatisfy { (0..<3600).contains($0.atDate.timeIntervalSince(begun)) })

            clock.goOn(3600)
            let idle = await refusal { _ = try await session.cases(access: interview) }
            #expect(idle.has(.sessionIdle))
        }
    }
}

/// The part of a code, as bindings/src/error.rs tells it.
private func part(of code: UInt16) -> ErrorKind {
    switch code {
    case ..<200: .seal
    case 200..<300: .keys
    case 300..<400: .model
    case 400..<500, 2000..<2100: .log
    case 500..<600: .store
    case 600..<700: .access
    case 700..<750: .vault
    case 750..<800: .integrity
    case 800..<900: .exchange
    case 900..<1000: .input
    case 1000..<1100: .packet
    case 1100..<1200: .practice
    case 1300..<1400: .statement
    case 1400..<1500: .referral
    case 1500..<1600: .custody
    case 1600..<1700: .rooms
    default: .release
    }
}

/// What errors.py says: the class of each code, and the classes above it.
@available(iOS 16, macOS 13, *)
private struct PythonTable {
    private var byCode: [UInt16: String] = [:]
    private var byKind: [String: String] = [:]
    private var above: [String: String] = [:]

    init(_ text: String) throws {
        for line in text.split(separator: "\n").map(String.init) {
            if let found = line.wholeMatch(of: /class (\w+)\((\w+)\):/) {
                above[String(found.1)] = String(found.2)
            } else if let found = line.wholeMatch(of: /\ +(\d+): (\w+),/) {
                byCode[try #require(UInt16(found.1))] = String(found.2)
            } else if let found = line.wholeMatch(of: /\ +"(\w+)": (\w+),/) {
                byKind[String(found.1)] = String(found.2)
            } else if let found = line.wholeMatch(of: /\ +\*\*dict\.fromkeys\(range\((\d+), (\d+)\), (\w+)\),/) {
                for code in try #require(UInt16(found.1))..<(try #require(UInt16(found.2))) { byCode[code] = String(found.3) }
            } else if let found = line.wholeMatch(of: /\ +\*\*dict\.fromkeys\(\(([\d, ]+)\), (\w+)\),/) {
                for code in found.1.split(separator: ", ") { byCode[try #require(UInt16(code))] = String(found.2) }
            }
        }
        try #require(byCode.count > 50 && byKind.count >= 17 && above.count > 25)
    }

    func ancestors(_ code: UInt16, _ part: String) -> [String] {
        var name = byCode[code] ?? byKind[part.uppercased()]
        var found: [String] = []
        while let known = name {
            found.append(known)
            name = above[known]
        }
        return found
    }
}
