#if os(Linux)
    import Foundation
    import Saferoom
    import Testing

    /// Random words that this process holds in a disguise only, so that whoever finds them in memory has found a copy.
    private struct Hidden {
        private let disguised: [UInt8]

        init(_ length: Int) {
            disguised = (0..<length).map { place in
                (length > 100 && place % 12 == 11 ? 32 : UInt8.random(in: 97...122)) ^ 0x5a
            }
        }

        /// The bytes in one buffer, to be wiped by whoever asked for them.
        func revealed() -> Data {
            var data = Data(count: disguised.count)
            for place in disguised.indices { data[place] = disguised[place] ^ 0x5a }
            return data
        }

        /// How often its first bytes are in memory.
        func count(in memory: Memory) -> Int { memory.count(disguised.prefix(20).map { $0 }) }
    }

    /// What of this process can be read and written, through the eyes of the kernel.
    private struct Memory {
        func count(_ disguised: [UInt8]) -> Int {
            let maps = (try? String(contentsOfFile: "/proc/self/maps", encoding: .utf8)) ?? ""
            let file = open("/proc/self/mem", O_RDONLY)
            defer { close(file) }
            let size = 1 << 20
            let buffer = UnsafeMutablePointer<UInt8>.allocate(capacity: size)
            defer { buffer.deallocate() }
            var found = 0
            for line in maps.split(separator: "\n") where line.contains(" rw") && !line.contains("[v") {
                let ends = line.prefix { $0 != " " }.split(separator: "-").compactMap { UInt(String($0), radix: 16) }
                guard ends.count == 2 else { continue }
                var at = ends[0]
                while at < ends[1] {
                    let wanted = min(size, Int(ends[1] - at))
                    let got = pread(file, buffer, wanted, off_t(at))
                    if got <= 0 { break }
                    found += Self.occurrences(disguised, buffer, got)
                    memset(buffer, 0, size)
                    // Words may lie across the border of two pieces.
                    at += got == wanted && UInt(got) < ends[1] - at ? UInt(got - disguised.count + 1) : UInt(got)
                }
            }
            return found
        }

        private static func occurrences(_ disguised: [UInt8], _ memory: UnsafeMutablePointer<UInt8>, _ length: Int) -> Int {
            disguised.withUnsafeBufferPointer { words in
                var found = 0
                let first = words[0] ^ 0x5a
                var at = 0
                while at + words.count <= length {
                    guard let next: UnsafeMutableRawPointer = memchr(memory + at, Int32(first), length - words.count + 1 - at) else { break }
                    at = next.assumingMemoryBound(to: UInt8.self) - memory
                    var same = 1
                    while same < words.count && memory[at + same] == words[same] ^ 0x5a { same += 1 }
                    if same == words.count { found += 1 }
                    at += 1
                }
                return found
            }
        }
    }

    @Suite(.serialized) struct ResidueTests {
        /// SECURITY.md says what remains, and why.
        @Test func whatASessionLeavesInMemory() async throws {
            let folder = try freshFolder()
            defer { try? FileManager.default.removeItem(at: folder) }
            let (passphrase, story) = (Hidden(24), Hidden(4000))
            try await work(folder, passphrase, story)

            let memory = Memory()
            let planted = Hidden(24)
            let copy = planted.revealed()
            #expect(planted.count(in: memory) >= 1, "what is in memory is found")
            #expect(copy.count == 24)
            #expect(passphrase.count(in: memory) == 0, "of a passphrase nothing is left")
            let kept = FileManager.default.enumerator(at: folder.appendingPathComponent("keys"), includingPropertiesForKeys: nil)
            let files = kept?.compactMap { ($0 as? URL)?.path } ?? []
            var looked = 0
            for file in files {
                guard let secret = disguisedBytes(of: file), secret.count >= 16 else { continue }
                looked += 1
                #expect(memory.count(Array(secret.prefix(32))) == 0, "of what the key store keeps nothing is left")
            }
            #expect(looked > 0, "the key store keeps secrets")
            print("left in memory: a statement \(story.count(in: memory)) times")
        }

        private func work(_ folder: URL, _ passphrase: Hidden, _ story: Hidden) async throws {
            let file = folder.appendingPathComponent("member.identity")
            var secret = passphrase.revealed()
            let identity = try await Identity.createFile(path: file, passphrase: secret)
            let vault = try await Vault.create(
                path: folder.appendingPathComponent("v.saferoom"),
                keyStore: fileKeyStore(folder: folder.appendingPathComponent("keys")), identity: identity,
                origin: origin, unitName: "Unit")
            let session = try await vault.signInWithFile(path: file, passphrase: secret)
            secret.wipe()
            let opened = try await session.create(Records.Case(), below: session.unit(), access: interview).record
            let told = Records.Statement(kind: "summary", body: String(decoding: story.revealed(), as: UTF8.self))
            let child = try await session.create(Records.Child(sex: "female", role: "victim"), below: opened, access: interview).record
            let held = try await session.create(Records.Interview(purpose: "initial"), below: child, access: interview).record
            let id = try await session.create(told, below: held, access: interview).record
            for _ in 0..<3 {
                let read = try await session.read(Records.Statement.self, id, access: interview)
                #expect(read.record.body?.utf8.count == 4000)
            }
            await session.lock()
        }

        /// Read through a small buffer that is wiped.
        private func disguisedBytes(of path: String) -> [UInt8]? {
            let file = open(path, O_RDONLY)
            guard file >= 0 else { return nil }
            defer { close(file) }
            let buffer = UnsafeMutablePointer<UInt8>.allocate(capacity: 4096)
            defer {
                memset(buffer, 0, 4096)
                buffer.deallocate()
            }
            let got = read(file, buffer, 4096)
            guard got > 0 else { return nil }
            return (0..<got).map { buffer[$0] ^ 0x5a }
        }
    }
#endif
