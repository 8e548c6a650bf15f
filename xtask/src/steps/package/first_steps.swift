// What a stranger does with the packed Swift package, in an empty folder and without the sources.

import Foundation
import Saferoom

let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
let access = AccessInput(purpose: "forensic-interview")
let identity = try await Identity.createFile(
    path: folder.appendingPathComponent("member.identity"), passphrase: Data("quiet river stone".utf8))
let vault = try await Vault.create(
    path: folder.appendingPathComponent("station.saferoom"),
    keyStore: fileKeyStore(folder: folder.appendingPathComponent("keys").path), identity: identity,
    origin: "police.example.org/audit/1", unitName: "Example unit")
let sex = try await vault.signedIn(identity) { session in
    let opened = try await session.create(Records.Case(), below: session.unit(), access: access).record
    let child = Records.Child(sex: "female", role: "victim")
    let id = try await session.create(child, below: opened, access: access).record
    _ = try await session.check()
    return try await session.read(Records.Child.self, id, access: access).record.sex
}
precondition(sex == "female")
print("used from a package of its own")
