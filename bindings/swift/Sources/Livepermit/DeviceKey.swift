import Foundation

/// What signs the codes of a device. The private key stays in its keystore.
public protocol DeviceKey: Sendable {
    /// What the issuer binds its credentials to.
    var publicKey: PublicKey { get }

    /// Signs what the wallet prepared. A keystore may ask the user here, and take seconds.
    ///
    /// - Throws: what the keystore says, and `LivepermitError` if the signature is not one of this
    ///   key over these bytes.
    func sign(_ prepared: PreparedToken) async throws -> Token
}

/// A key in the memory of this process: for tests, and where there is no keystore.
public struct SoftwareKey: DeviceKey {
    private let secretKey: SecretKey
    public let publicKey: PublicKey

    /// Takes a key of either curve.
    public init(_ secretKey: SecretKey) {
        self.secretKey = secretKey
        publicKey = secretKey.publicKey()
    }

    public func sign(_ prepared: PreparedToken) async throws -> Token {
        try prepared.sign(key: secretKey)
    }
}
