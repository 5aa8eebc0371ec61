#if canImport(CryptoKit) && canImport(LocalAuthentication)
import CryptoKit
import Foundation
import LocalAuthentication
import Security

/// A P-256 key of the Secure Enclave. The private key never leaves the chip: what is stored is a
/// reference that only this chip can read.
///
/// The Secure Enclave gives no attestation of such a key. An issuer that wants proof of the device
/// asks for App Attest beside it.
public struct SecureEnclaveKey: DeviceKey, @unchecked Sendable {
    private let key: SecureEnclave.P256.Signing.PrivateKey
    public let publicKey: PublicKey

    /// Why there is no key.
    public enum Failure: Error {
        /// This device has no Secure Enclave: a simulator, an old Mac.
        case noSecureEnclave
        /// The system refused the conditions of use. Without a passcode there is no such key.
        case noAccessControl
    }

    /// When the user must show who they are.
    public enum UserCheck: Sendable {
        /// While the device is unlocked: for codes that are replaced every ten seconds.
        case unlockedDevice
        /// For each signature, by face, finger or passcode: for one answer to a gate.
        case eachUse
    }

    /// Makes a key. Keep `reference` in the keychain of this device.
    ///
    /// - Parameter context: an authentication that was done before, so that the user is not asked
    ///   again while the context is valid.
    public init(userCheck: UserCheck, context: LAContext? = nil) throws {
        guard SecureEnclave.isAvailable else { throw Failure.noSecureEnclave }
        var flags: SecAccessControlCreateFlags = [.privateKeyUsage]
        if case .eachUse = userCheck { flags.insert(.userPresence) }
        let whenUnlocked = kSecAttrAccessibleWhenPasscodeSetThisDeviceOnly
        guard let access = SecAccessControlCreateWithFlags(nil, whenUnlocked, flags, nil) else {
            throw Failure.noAccessControl
        }
        let made = try SecureEnclave.P256.Signing.PrivateKey(
            accessControl: access, authenticationContext: context)
        try self.init(made)
    }

    /// Takes the key of an earlier `reference`.
    public init(reference: Data, context: LAContext? = nil) throws {
        let restored = try SecureEnclave.P256.Signing.PrivateKey(
            dataRepresentation: reference, authenticationContext: context)
        try self.init(restored)
    }

    private init(_ key: SecureEnclave.P256.Signing.PrivateKey) throws {
        self.key = key
        publicKey = try PublicKey.fromPoint(bytes: key.publicKey.x963Representation)
    }

    /// What to store. Nobody can use it on another device.
    public var reference: Data { key.dataRepresentation }

    public func sign(_ prepared: PreparedToken) async throws -> Token {
        // The key hashes by itself.
        let signature = try key.signature(for: prepared.message())
        return try prepared.attach(signature: signature.derRepresentation)
    }
}
#endif
