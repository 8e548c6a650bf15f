// Secrets on their way to the library.

import Foundation
import SaferoomNative

extension Data {
    /// Overwrites the bytes with zeros, where no other value shares them.
    ///
    /// A passphrase is `Data` of more than 14 bytes that is made once, passed on, and wiped; shorter ones, and every `String`,
    /// leave copies that nobody can reach. The library looks at the bytes without a copy of its own.
    public mutating func wipe() {
        resetBytes(in: startIndex..<endIndex)
    }
}

extension FieldValue {
    /// Several texts, as the fields want them that hold more than one.
    public static func texts(_ items: [String]) -> FieldValue { .items(items.map { .text($0) }) }

    /// A moment.
    public static func moment(_ date: Date) -> FieldValue { .time(date.milliseconds) }
}
