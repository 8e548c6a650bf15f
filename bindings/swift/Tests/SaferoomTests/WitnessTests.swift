import Foundation
import Saferoom
import Testing

/// A witness in Swift, as an app writes one: keeps what it was asked, and answers as the test wants. It may call saferoom.
private final class Asked: Witness, @unchecked Sendable {
    private let lock = NSLock()
    private var kept: [(request: String, onMain: Bool)] = []
    private let session: Session
    private let answer: @Sendable (_ time: Int) throws -> String

    init(_ session: Session, _ answer: @escaping @Sendable (_ time: Int) throws -> String) {
        (self.session, self.answer) = (session, answer)
    }

    func cosign(request: String) throws -> String {
        _ = try session.logSize()
        let time = lock.withLock {
            kept.append((request, Thread.isMainThread))
            return kept.count
        }
        return try answer(time)
    }

    var requests: [String] { lock.withLock { kept.map(\.request) } }
    var wasOnMain: Bool { lock.withLock { kept.contains(where: \.onMain) } }
}

private struct NobodyAnswers: Error { let text = "secret Xyzzy" }

@Suite struct WitnessTests {
    private let key = "witness.example.net/w1+2e6082fd+BN+GARmBG3ZTJJSX8/UQnTezIZRqgCkLwWQCBUNSL47c"
    /// A line of this witness that is well formed and false.
    private static let forged =
        "\u{2014} witness.example.net/w1 LmCC/QAAAABpVcowSp3iUa0RVREn7McPBR7Iq6Boq/BStNDhbHhalpHFzT3SfYxW/L4ZKj3Hb0fa5P2F6uUtygBLg9JkTAXLkU4dBg==\n"

    private func policy(_ session: Session, believes: Bool) async throws -> Data {
        let log = try await session.logKey()
        return Data("log \(log)\n\(believes ? "witness W \(key)\nquorum W" : "quorum none")\n".utf8)
    }

    @Test func aWitnessIsAskedAndItsLineIsChecked() async throws {
        let station = try await Station()
        let session = station.session
        let forger = Asked(session) { _ in Self.forged }
        let believed = try await policy(session, believes: true)
        let false_ = await refusal { _ = try await session.askWitness(forger, trustPolicy: believed) }
        #expect(false_.kind == .log)
        let alone = try await policy(session, believes: false)
        let nobody = await refusal { _ = try await session.askWitness(forger, trustPolicy: alone) }
        #expect(nobody.code == 2011, "a stranger's line is left out: nobody has cosigned")
        let noLine = await refusal { _ = try await session.askWitness(Asked(session) { _ in "no line" }, trustPolicy: alone) }
        #expect(noLine.kind == .log && !"\(noLine)".contains("no line"))
    }

    /// The call that waits has the same name, for threads that may wait.
    @Test func aWitnessIsShownThatTheLogHasOnlyGrown() async throws {
        let station = try await Station()
        let session = station.session
        let old = try await session.logSize()
        _ = try await station.child()
        let listener = Asked(session) { _ in "" }
        let alone = try await policy(session, believes: false)
        let nobody = await refusal { _ = try await session.askWitness(listener, trustPolicy: alone, old: old) }
        let checkpoint = try await session.checkpoint()
        #expect(nobody.code == 2011 && listener.requests.count == 1)
        #expect(listener.requests[0].hasPrefix("old \(old)\n") && listener.requests[0].hasSuffix(checkpoint))
        let again = await refusal { _ = try await session.run { try $0.askWitness(witness: listener, trustPolicy: alone, old: old) } }
        #expect(again.code == 2011 && listener.requests[1] == listener.requests[0])
        let never = await refusal { _ = try await session.askWitness(listener, trustPolicy: alone, old: 1_000_000) }
        #expect(never.kind == .log && listener.requests.count == 2)
    }

    @Test func aWitnessWithAnotherSizeIsAskedOnceMoreFromThere() async throws {
        let station = try await Station()
        let session = station.session
        let seen = try await session.logSize()
        _ = try await station.child()
        let alone = try await policy(session, believes: false)
        let peer = Asked(session) { time in
            if time == 1 { throw WitnessError.OtherSize(cosigned: seen) }
            return ""
        }
        let nobody = await refusal { _ = try await session.askWitness(peer, trustPolicy: alone) }
        let checkpoint = try await session.checkpoint()
        #expect(nobody.code == 2011)
        #expect(peer.requests.count == 2 && peer.requests[0].hasPrefix("old 0\n"))
        #expect(peer.requests[1].hasPrefix("old \(seen)\n") && peer.requests[1].hasSuffix(checkpoint))

        let stubborn = Asked(session) { _ in throw WitnessError.OtherSize(cosigned: 1) }
        let twice = await refusal { _ = try await session.askWitness(stubborn, trustPolicy: alone) }
        #expect(twice.code == 2007 && stubborn.requests.count == 2, "not for ever")
        let ahead = Asked(session) { _ in throw WitnessError.OtherSize(cosigned: 1_000_000) }
        let behind = await refusal { _ = try await session.askWitness(ahead, trustPolicy: alone) }
        #expect(behind.code == 2009 && behind.kind == .log && !behind.advice.isEmpty && ahead.requests.count == 1)
    }

    @Test func whyAWitnessDidNotCosignIsToldWithoutItsText() async throws {
        let station = try await Station()
        let session = station.session
        let alone = try await policy(session, believes: false)
        let reasons: [(any Error & Sendable, UInt16)] = [
            (WitnessError.Unreachable, 2006), (WitnessError.Refused, 2007), (WitnessError.Failed, 2010), (NobodyAnswers(), 2010),
            (CancellationError(), 2010), (SaferoomError.Failure(code: 1, kind: .log, text: "Xyzzy", advice: "Xyzzy", waitSeconds: nil), 2010),
        ]
        for (reason, code) in reasons {
            let told = await refusal { _ = try await session.askWitness(Asked(session) { _ in throw reason }, trustPolicy: alone) }
            #expect(told.code == code && told.kind == .log && !told.advice.isEmpty)
            var shown = "\(told) \(String(reflecting: told)) \(told.localizedDescription)"
            dump(told, to: &shown)
            #expect(!shown.contains("Xyzzy"))
        }
        #expect(try await session.check().revisions >= 0, "the session goes on")
    }

    @Test func aWitnessCanBeAskedByAnAsynchronousFunction() async throws {
        let station = try await Station()
        let session = station.session
        let seen = try await session.logSize()
        _ = try await station.child()
        let alone = try await policy(session, believes: false)
        let asked = AsyncStream<String>.makeStream()
        let nobody = await refusal {
            _ = try await session.askWitness(trustPolicy: alone) { request in
                await Task.yield()
                _ = try await session.logSize()
                asked.continuation.yield(request)
                if request.hasPrefix("old 0\n") { throw WitnessError.OtherSize(cosigned: seen) }
                return ""
            }
        }
        asked.continuation.finish()
        let requests = await asked.stream.reduce(into: []) { $0.append($1) }
        #expect(nobody.code == 2011 && requests.count == 2 && requests[1].hasPrefix("old \(seen)\n"))
        let failed = await refusal { _ = try await session.askWitness(trustPolicy: alone) { _ in throw NobodyAnswers() } }
        #expect(failed.code == 2010)
    }

    /// What asks may wait long, and ends when it is cancelled, as `URLSession` does.
    @Test(.timeLimit(.minutes(5))) func whatAsksAWitnessIsCancelledWithTheTask() async throws {
        let station = try await Station()
        let session = station.session
        let alone = try await policy(session, believes: false)
        let begun = AsyncStream<Void>.makeStream()
        let task = Task {
            try await session.askWitness(trustPolicy: alone) { _ in
                begun.continuation.yield()
                try await Task.sleep(nanoseconds: 3_600_000_000_000)
                return ""
            }
        }
        for await _ in begun.stream.prefix(1) {}
        task.cancel()
        await #expect(throws: CancellationError.self) { _ = try await task.value }
        #expect(try await session.check().revisions >= 0, "the session goes on")
    }

    /// It may wait for the network: not on the thread that asks.
    @Test @MainActor func aWitnessIsCalledOffTheTasksThread() async throws {
        let station = try await Station()
        let listener = Asked(station.session) { _ in "" }
        let alone = try await policy(station.session, believes: false)
        await #expect(throws: SaferoomError.self, "nobody has cosigned") {
            _ = try await station.session.askWitness(listener, trustPolicy: alone)
        }
        #expect(listener.requests.count == 1 && !listener.wasOnMain)
    }
}
