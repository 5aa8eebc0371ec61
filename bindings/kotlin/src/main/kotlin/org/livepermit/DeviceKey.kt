package org.livepermit

import java.security.KeyPair
import java.security.PrivateKey
import java.security.Signature

/**
 * The key of a device: any private key of the Java Cryptography Architecture, in Android Keystore or
 * in this process. The private key never leaves its keystore.
 *
 * P-256 keys sign with `SHA256withECDSA`, Ed25519 keys with `Ed25519`. Android Keystore makes P-256
 * keys on every device, and Ed25519 keys from Android 13 on.
 *
 * @property publicKey what the issuer binds its credentials to
 */
class DeviceKey(private val privateKey: PrivateKey, val publicKey: PublicKey) {
    /**
     * Takes a key pair: the `KeyStore.PrivateKeyEntry` of Android Keystore has both halves.
     *
     * @throws LivepermitException `key-unsupported-algorithm` and others of keys
     */
    constructor(pair: KeyPair) : this(pair.private, PublicKey.fromSpkiDer(pair.public.encoded))

    /**
     * Signs what the wallet prepared. With a key that asks its user, this throws until the user has
     * unlocked it.
     *
     * @throws java.security.GeneralSecurityException what the keystore says
     * @throws LivepermitException `does-not-verify` and others, which say what is wrong with the key
     */
    fun sign(prepared: PreparedToken): Token {
        val algorithm = when (publicKey.algorithm()) {
            Algorithm.ESP256 -> "SHA256withECDSA"
            Algorithm.ED25519, Algorithm.ED_DSA -> "Ed25519"
        }
        val signer = Signature.getInstance(algorithm)
        signer.initSign(privateKey)
        signer.update(prepared.message())
        return prepared.attach(signer.sign())
    }
}
