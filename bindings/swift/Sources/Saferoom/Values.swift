// Values of fields as Swift has them, and their way to the library and back.

import Foundation
import SaferoomNative

extension Date {
    /// The moment so many milliseconds after the start of 1970 in UTC.
    public init(milliseconds: Int64) {
        self.init(timeIntervalSince1970: TimeInterval(milliseconds) / 1000)
    }

    /// Milliseconds since the start of 1970 in UTC, rounded; a date that is too far away becomes the last one there is.
    public var milliseconds: Int64 {
        Int64(exactly: (timeIntervalSince1970 * 1000).rounded()) ?? (timeIntervalSince1970 < 0 ? .min : .max)
    }
}

/// A date of known precision: a year, a month or a day, exact or estimated. Prints nothing of it.
public struct PartialDate: Sendable, Hashable {
    public let year: Int
    public let month: Int?
    public let day: Int?
    public let isEstimated: Bool

    /// Whether there is such a day is checked when it is written: also whether a day has its month.
    public init(_ year: Int, _ month: Int? = nil, _ day: Int? = nil, estimated: Bool = false) {
        (self.year, self.month, self.day, isEstimated) = (year, month, day, estimated)
    }

    /// The date of its text form: `2014`, `2014-05`, `2014-05-17`, each also with `~` for an estimate; nil if it is none.
    public init?(_ text: String) {
        let exact = text.hasSuffix("~") ? text.dropLast() : text[...]
        let parts = exact.split(separator: "-", omittingEmptySubsequences: false)
        let lengths = [4, 2, 2]
        let numbers = zip(parts, lengths).compactMap { part, length in
            part.count == length && part.allSatisfy { $0.isASCII && $0.isNumber } ? Int(part) : nil
        }
        guard (1...3).contains(parts.count), numbers.count == parts.count else { return nil }
        self.init(numbers[0], numbers.count > 1 ? numbers[1] : nil, numbers.count > 2 ? numbers[2] : nil,
            estimated: text.hasSuffix("~"))
    }

    /// Its text form.
    public var text: String {
        let digits = { (number: Int, length: Int) in
            let text = String(number)
            return String(repeating: "0", count: max(0, length - text.count)) + text
        }
        // A day without a month is the day of month 0, which no calendar has: the library refuses it.
        let rest = [month ?? day.map { _ in 0 }, day].compactMap { $0 }.map { digits($0, 2) }
        return ([digits(year, 4)] + rest).joined(separator: "-") + (isEstimated ? "~" : "")
    }
}

extension PartialDate: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    public var description: String { "PartialDate(redacted)" }
    public var debugDescription: String { description }
    public var customMirror: Mirror { Mirror(self, children: [:]) }
}

/// Where a value of a Swift type goes in the library, and comes from.
protocol FieldItem {
    static func read(_ value: FieldValue) -> Self?
    func written(as variant: Fields.Variant) -> FieldValue
}

extension String: FieldItem {
    static func read(_ value: FieldValue) -> String? {
        switch value {
        case .text(let text), .code(let text), .place(let text), .id(let text): text
        default: nil
        }
    }

    func written(as variant: Fields.Variant) -> FieldValue {
        switch variant {
        case .code: .code(self)
        case .place: .place(self)
        case .id: .id(self)
        default: .text(self)
        }
    }
}

extension PartialDate: FieldItem {
    static func read(_ value: FieldValue) -> PartialDate? {
        if case .date(let text) = value { PartialDate(text) } else { nil }
    }

    func written(as variant: Fields.Variant) -> FieldValue { .date(text) }
}

extension Date: FieldItem {
    static func read(_ value: FieldValue) -> Date? {
        if case .time(let milliseconds) = value { Date(milliseconds: milliseconds) } else { nil }
    }

    func written(as variant: Fields.Variant) -> FieldValue { .time(milliseconds) }
}

extension Bool: FieldItem {
    static func read(_ value: FieldValue) -> Bool? {
        if case .bool(let answer) = value { answer } else { nil }
    }

    func written(as variant: Fields.Variant) -> FieldValue { .bool(self) }
}

extension UInt64: FieldItem {
    static func read(_ value: FieldValue) -> UInt64? {
        if case .unsigned(let number) = value { number } else { nil }
    }

    func written(as variant: Fields.Variant) -> FieldValue { .unsigned(self) }
}

/// Writing the dictionaries that cross.
enum Fields {
    /// What a field of the catalogue is.
    enum Variant { case text, code, place, id, date, time, bool, unsigned }

    static func put<Item: FieldItem>(
        _ fields: inout [String: FieldValue], _ name: String, _ item: Item?, as variant: Variant
    ) {
        fields[name] = item?.written(as: variant)
    }

    static func put<Item: FieldItem>(
        _ fields: inout [String: FieldValue], _ name: String, _ items: [Item], as variant: Variant
    ) {
        if !items.isEmpty { fields[name] = .items(items.map { $0.written(as: variant) }) }
    }
}

/// The values of a record that was read, by the place of each field in ``SaferoomRecord/fieldNames``: names would have to be hashed.
/// Prints nothing of what it holds.
public struct FieldRow: Sendable, CustomStringConvertible, CustomReflectable {
    private let values: [FieldValue?]
    private let places: [Int?]

    /// Values in any order, and where each field stands among them.
    init(_ values: [FieldValue?], at places: [Int?]) { (self.values, self.places) = (values, places) }

    public var description: String { "FieldRow(redacted)" }
    public var customMirror: Mirror { Mirror(self, children: [:]) }

    func item<Item: FieldItem>(_ place: Int) throws -> Item? {
        guard let value = value(place) else { return nil }
        guard let item = Item.read(value) else { throw SaferoomError.inside }
        return item
    }

    func items<Item: FieldItem>(_ place: Int) throws -> [Item] {
        guard let value = value(place) else { return [] }
        guard case .items(let items) = value else { throw SaferoomError.inside }
        return try items.map { value in
            guard let item = Item.read(value) else { throw SaferoomError.inside }
            return item
        }
    }

    private func value(_ place: Int) -> FieldValue? { places[place].flatMap { values[$0] } }
}
