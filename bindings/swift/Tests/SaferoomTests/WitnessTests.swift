import Foundation
import Saferoom
import Testing

/// Answers with a line of a witness that is well formed and false.
private struct Forger: Witness {
    func cosign(request: String) -> String {
        "\u{2014} witness.example.net/w1 LmCC/QAAAABpVcowSp3iUa0RVREn7McPBR7Iq6Boq/BStNDhbHhalpHFzT3SfYxW/L4ZKj3Hb0fa5P2F6uUtygBLg9JkTAXLkU4dBg==\n"
    }
}

private struct Absent: Witness {
    struct NobodyAnswers: Error {}
    func cosign(request: String) async throws -> String { throw NobodyAnswers() }
}

/// Keeps what it was asked, and gives no line. It may call saferoom.
private actor Listener: Witness {
    let session: Session
    private(set) var request = ""

    init(_ session: Session) { self.session = session }

    func cosign(request: String) async throws -> String {
        _ = try await session.logSize()
        self.request = request
        return ""
    }
}

@Suite struct WitnessTests {
    private let key = "witness.example.net/w1+2e6082fd+BN+GARmBG3ZTJJSX8/UQnTezIZRqgCkLwWQCBUNSL47c"

    @Test func aWitnessIsAskedAndItsLineIsChecked() async throws {
        let station = try await Station()
        let session = station.session
        let asked = Data("log \(try await session.logKey())\nwitness W \(key)\nquorum W\n".utf8)
        let false_ = await refusal { _ = try await session.askWitness(Forger(), trustPolicy: asked) }
        #expect(false_.kind == .log)
        let alone = Data("log \(try await session.logKey())\nquorum none\n".utf8)
        let kept = try await session.askWitness(Forger(), trustPolicy: alone)
        let checkpoint = try await session.checkpoint()
        #expect(kept == checkpoint, "a stranger's line is left out")
        await #expect(throws: Absent.NobodyAnswers.self) { try await session.askWitness(Absent(), trustPolicy: asked) }
    }

    @Test func aWitnessIsShownThatTheLogHasOnlyGrown() async throws {
        let station = try await Station()
        let session = station.session
        let old = try await session.logSize()
        _ = try await station.child()
        let listener = Listener(session)
        let alone = Data("log \(try await session.logKey())\nquorum none\n".utf8)
        let kept = try await session.askWitness(listener, trustPolicy: alone, old: old)
        let request = await listener.request
        #expect(request.hasPrefix("old \(old)\n") && request.hasSuffix(kept))
        let never = await refusal { _ = try await session.askWitness(listener, trustPolicy: alone, old: 1_000_000) }
        #expect(never.kind == .log)
    }
}
