// The Swift side of `cargo xtask bench --bench hosts`: the calls of `bindings/examples/hosts.rs`, as an app makes them.

import Foundation
import Saferoom

/// Appends lines `what microseconds` to a file: medians. `record-waiting` is the call that waits, without a task;
/// `hop` is what a thread of its own costs a call that does something else for as long.
@main struct HostsBench {
    static let access = AccessInput(purpose: "forensic-interview")

    static func main() async throws {
        guard CommandLine.arguments.count == 3 else { fatalError("hosts-bench FOLDER OUT") }
        let folder = URL(fileURLWithPath: CommandLine.arguments[1])
        let ids = try String(contentsOf: folder.appendingPathComponent("ids.txt"), encoding: .utf8)
            .split(separator: "\n").map(String.init)
        let identity = try await Identity.openFile(
            path: folder.appendingPathComponent("member.identity"), passphrase: Data("beside the same call".utf8))
        let vault = try await Vault.open(
            path: folder.appendingPathComponent("vault.saferoom"),
            keyStore: fileKeyStore(folder: folder.appendingPathComponent("keys")))
        let session = try await vault.signIn(identity: identity)
        let lines = try await measure(session, ids)
        await session.lock()
        let out = URL(fileURLWithPath: CommandLine.arguments[2])
        let before = (try? String(contentsOf: out, encoding: .utf8)) ?? ""
        try (before + lines).write(to: out, atomically: true, encoding: .utf8)
    }

    static func measure(_ session: Session, _ ids: [String]) async throws -> String {
        var at = 0
        func next() -> String {
            at += 1
            return ids[at % ids.count]
        }
        let trivial = median(2000) { _ = session.isLocked() }
        let record = try await median(2000) {
            _ = try await session.read(Records.Child.self, next(), access: access).record.givenName
        }
        let waiting = try await session.run { session in
            var at = 0
            return try median(2000) {
                at += 1
                _ = try session.read(Records.Child.self, ids[at % ids.count], access: access).record.givenName
            }
        }
        let page = try await median(20) {
            for opened in try await session.readPage(Records.Child.self, ids, access: access) { _ = opened.record }
        }
        let hop = try await median(2000) { try await session.run { _ in work() } } - 70
        return "trivial \(trivial)\nrecord \(record)\nrecord-waiting \(waiting)\nhop \(hop)\npage \(page)\n"
    }

    /// 70 µs, as a record takes: threads that have nothing to do for so long fall asleep.
    @Sendable static func work() {
        let until = DispatchTime.now().uptimeNanoseconds + 70_000
        while DispatchTime.now().uptimeNanoseconds < until {}
    }

    /// The median of so many calls, after a tenth as many, in microseconds.
    static func median(_ calls: Int, _ call: () async throws -> Void) async throws -> Double {
        for _ in 0..<(calls / 10) { try await call() }
        var taken: [UInt64] = []
        for _ in 0..<calls {
            let begun = DispatchTime.now().uptimeNanoseconds
            try await call()
            taken.append(DispatchTime.now().uptimeNanoseconds - begun)
        }
        return Double(taken.sorted()[calls / 2]) / 1000
    }

    /// The same of calls that wait.
    static func median(_ calls: Int, _ call: () throws -> Void) rethrows -> Double {
        for _ in 0..<(calls / 10) { try call() }
        var taken: [UInt64] = []
        for _ in 0..<calls {
            let begun = DispatchTime.now().uptimeNanoseconds
            try call()
            taken.append(DispatchTime.now().uptimeNanoseconds - begun)
        }
        return Double(taken.sorted()[calls / 2]) / 1000
    }
}
