// A key store in the keychain of Apple's systems. It is compiled there only, and not run in this repository's tests, which
// have no Apple machine: try it on a device before you rely on it. Its rules (KeptSecrets.swift) are tested.

#if canImport(Security) && canImport(Darwin)
    import Foundation
    import SaferoomNative
    import Security

    /// Keeps secrets in the keychain: on this device only, never in a backup or in iCloud, readable after the first unlock.
    ///
    /// With `presence`, unlocking an identity asks for Face ID or Touch ID, and the system forgets that secret when
    /// new faces or fingers are enrolled: saferoom then answers ``SaferoomError/Code/hostKeyInvalidated``, and the member unlocks
    /// with the passphrase and enrols the device anew. The other secrets do not ask: the newest head is written with each call, and
    /// the log's key could not be made anew. The keychain keeps its items under a key of the Secure Enclave.
    public final class KeychainStore: KeyStore {
        private let secrets: KeptSecrets<SystemKeychain>

        /// `service` tells apart what several apps, or several vaults of one, keep.
        public init(service: String, presence: Bool = false) {
            secrets = KeptSecrets(chain: SystemKeychain(service: service), presence: presence)
        }

        public func load(name: String) throws -> Data? { try secrets.load(name) }
        public func store(name: String, secret: Data) throws { try secrets.store(name, secret) }
        public func remove(name: String) throws { try secrets.remove(name) }
    }

    /// The system's own.
    private struct SystemKeychain: Keychain {
        let service: String

        func read(_ account: String) throws -> Data? {
            var query = item(account)
            query[kSecReturnData] = true
            query[kSecMatchLimit] = kSecMatchLimitOne
            var found: CFTypeRef?
            let status = SecItemCopyMatching(query as CFDictionary, &found)
            if status == errSecItemNotFound { return nil }
            try check(status)
            return found as? Data
        }

        func write(_ account: String, _ secret: Data, presence: Bool) throws {
            // The protection as well: the app may ask for presence now, and not have done so before.
            let newer = try protection(presence).merging([kSecValueData: secret]) { $1 }
            let status = SecItemUpdate(item(account) as CFDictionary, newer as CFDictionary)
            guard status == errSecItemNotFound else { return try check(status) }
            let new = try item(account).merging([kSecValueData: secret]) { $1 }
                .merging(protection(presence)) { $1 }
            var added = SecItemAdd(new as CFDictionary, nil)
            if added == errSecDuplicateItem {
                // Forgotten, but still in the way.
                try delete(account)
                added = SecItemAdd(new as CFDictionary, nil)
            }
            try check(added)
        }

        func delete(_ account: String) throws {
            let status = SecItemDelete(item(account) as CFDictionary)
            if status != errSecItemNotFound { try check(status) }
        }

        private func protection(_ presence: Bool) throws -> [CFString: Any] {
            guard presence else { return [kSecAttrAccessible: kSecAttrAccessibleAfterFirstUnlockThisDeviceOnly] }
            var problem: Unmanaged<CFError>?
            let control = SecAccessControlCreateWithFlags(
                nil, kSecAttrAccessibleWhenPasscodeSetThisDeviceOnly, .biometryCurrentSet, &problem)
            guard let control else { throw KeyStoreError.Failed }
            return [kSecAttrAccessControl: control]
        }

        private func item(_ account: String) -> [CFString: Any] {
            [
                kSecClass: kSecClassGenericPassword, kSecAttrService: service, kSecAttrAccount: account,
                kSecAttrSynchronizable: false, kSecUseDataProtectionKeychain: true,
            ]
        }

        /// Tells what happened without the system's text.
        private func check(_ status: OSStatus) throws {
            switch status {
            case errSecSuccess: return
            case errSecInteractionNotAllowed, errSecNotAvailable: throw KeyStoreError.Unavailable
            case errSecUserCanceled, errSecAuthFailed: throw KeyStoreError.Refused
            default: throw KeyStoreError.Failed
            }
        }
    }
#endif
