import Foundation
import Saferoom
import Testing

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
