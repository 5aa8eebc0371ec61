import Foundation

/// What a vector does not say, or says otherwise.
public struct Mismatch: Error, CustomStringConvertible {
    public let description: String

    public init(_ description: String) {
        self.description = description
    }
}

/// Throws unless both are the same.
public func same<Value: Equatable>(_ what: String, _ found: Value, _ wanted: Value) throws {
    if found != wanted { throw Mismatch("\(what): \(found), not \(wanted)") }
}

/// A value of JSON. Numbers are whole.
public enum Json: Equatable, Decodable {
    case object([String: Json])
    case array([Json])
    case text(String)
    case number(Int64)
    case truth(Bool)
    case null

    public init(from decoder: any Decoder) throws {
        let value = try decoder.singleValueContainer()
        if value.decodeNil() {
            self = .null
        } else if let truth = try? value.decode(Bool.self) {
            self = .truth(truth)
        } else if let number = try? value.decode(Int64.self) {
            self = .number(number)
        } else if let text = try? value.decode(String.self) {
            self = .text(text)
        } else if let array = try? value.decode([Json].self) {
            self = .array(array)
        } else {
            self = .object(try value.decode([String: Json].self))
        }
    }

    /// Reads a file.
    public static func read(path: String) throws -> Json {
        let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        return try JSONDecoder().decode(Json.self, from: bytes)
    }

    /// An object of the fields that are there.
    public static func fields(_ pairs: [String: Json?]) -> Json {
        .object(pairs.compactMapValues { $0 })
    }

    /// The field of an object; nothing if it is absent or null.
    public subscript(name: String) -> Json? {
        guard case .object(let pairs) = self, let value = pairs[name], value != .null else {
            return nil
        }
        return value
    }

    /// Whether the object has the field, even with null.
    public func has(_ name: String) -> Bool {
        guard case .object(let pairs) = self else { return false }
        return pairs[name] != nil
    }

    public func inner(_ name: String) throws -> Json {
        guard let value = self[name] else { throw Mismatch("\(name) is missing") }
        return value
    }

    public func maybeText(_ name: String) -> String? {
        guard case .text(let text)? = self[name] else { return nil }
        return text
    }

    public func text(_ name: String) throws -> String {
        guard let text = maybeText(name) else { throw Mismatch("\(name) is no text") }
        return text
    }

    public func maybeNumber(_ name: String) -> Int64? {
        guard case .number(let number)? = self[name] else { return nil }
        return number
    }

    public func number(_ name: String) throws -> Int64 {
        guard let number = maybeNumber(name) else { throw Mismatch("\(name) is no number") }
        return number
    }

    public func isTrue(_ name: String) -> Bool {
        self[name] == .truth(true)
    }

    /// The values of an array; none if the field is absent.
    public func list(_ name: String) -> [Json] {
        guard case .array(let values)? = self[name] else { return [] }
        return values
    }

    public func texts(_ name: String) -> [String] {
        list(name).compactMap { value in
            guard case .text(let text) = value else { return nil }
            return text
        }
    }

    /// The fields of an object.
    public func pairs(_ name: String) -> [String: Json] {
        guard case .object(let pairs)? = self[name] else { return [:] }
        return pairs
    }

    public func bytes(_ name: String) throws -> Data {
        try unhex(text(name))
    }
}

/// Reads hexadecimal digits.
public func unhex(_ text: String) throws -> Data {
    let digits = try text.map { character -> UInt8 in
        guard let digit = character.hexDigitValue else { throw Mismatch("no digit: \(character)") }
        return UInt8(digit)
    }
    guard digits.count.isMultiple(of: 2) else { throw Mismatch("half a byte") }
    return Data(stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] })
}

/// Writes hexadecimal digits.
public func hex(_ bytes: Data) -> String {
    bytes.map { byte in
        let digits = String(byte, radix: 16)
        return digits.count == 1 ? "0" + digits : digits
    }.joined()
}
