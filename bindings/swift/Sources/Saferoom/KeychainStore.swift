// A key store in the keychain of Apple's systems. It is compiled there only, and not run in this repository's tests, which
// have no Apple machine: try it on a device before you rely on it.

#if canImport(Security) && canImport(Darwin)
    import Foundation
    import SaferoomNative
    import Security

    /// Keeps secrets in the keychain: on this device only, never in a backup or in iCloud, readable after the first unlock.
    ///
    /// With `presence`, each reading asks for Face ID, Touch ID or the passcode, and the system forgets the secret when new
    /// faces or fingers are enrolled: saferoom then answers ``SaferoomError/Code/hostKeyInvalidated``, and the member unlocks
    /// with the passphrase and enrols the device anew. The keychain keeps its items under a key of the Secure Enclave.
    public final class KeychainStore: KeyStore {
        private let service: String
        private let presence: Bool

        /// `service` tells apart what several apps, or several vaults of one, keep.
        public init(service: String, presence: Bool = false) {
            (self.service, self.presence) = (service, presence)
        }

        public func load(name: String) throws -> Data? {
            var query = item(name)
            query[kSecReturnData] = true
            query[kSecMatchLimit] = kSecMatchLimitOne
            var found: CFTypeRef?
            let status = SecItemCopyMatching(query as CFDictionary, &found)
            if status == errSecItemNotFound { return nil }
            try check(status)
            return found as? Data
        }

        public func store(name: String, secret: Data) throws {
            let status = SecItemUpdate(item(name) as CFDictionary, [kSecValueData: secret] as CFDictionary)
            guard status == errSecItemNotFound else { return try check(status) }
            var new = item(name)
            new[kSecValueData] = secret
            if presence {
                var problem: Unmanaged<CFError>?
                let control = SecAccessControlCreateWithFlags(
                    nil, kSecAttrAccessibleWhenPasscodeSetThisDeviceOnly, .biometryCurrentSet, &problem)
                guard let control else { throw KeyStoreError.Failed }
                new[kSecAttrAccessControl] = control
            } else {
                new[kSecAttrAccessible] = kSecAttrAccessibleAfterFirstUnlockThisDeviceOnly
            }
            try check(SecItemAdd(new as CFDictionary, nil))
        }

        public func remove(name: String) throws {
            let status = SecItemDelete(item(name) as CFDictionary)
            if status != errSecItemNotFound { try check(status) }
        }

        private func item(_ name: String) -> [CFString: Any] {
            [
                kSecClass: kSecClassGenericPassword, kSecAttrService: service, kSecAttrAccount: name,
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
