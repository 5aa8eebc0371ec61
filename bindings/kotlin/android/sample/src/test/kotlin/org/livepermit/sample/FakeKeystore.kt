package org.livepermit.sample

import android.security.keystore.KeyGenParameterSpec
import android.security.keystore.StrongBoxUnavailableException
import java.io.InputStream
import java.io.OutputStream
import java.security.Key
import java.security.KeyPair
import java.security.KeyPairGenerator
import java.security.KeyPairGeneratorSpi
import java.security.KeyStoreSpi
import java.security.Principal
import java.security.Provider
import java.security.PublicKey
import java.security.SecureRandom
import java.security.Security
import java.security.cert.Certificate
import java.security.spec.AlgorithmParameterSpec
import java.util.Collections
import java.util.Date
import java.util.Enumeration

/**
 * A provider with the name of Android Keystore, so that the sample's own code runs on the JVM. It
 * keeps what keys were ordered.
 */
class FakeKeystore : Provider("AndroidKeyStore", "1", "for tests") {
    private val pairs = mutableMapOf<String, KeyPair>()
    private val orders = mutableListOf<KeyGenParameterSpec>()
    private var hasStrongBox = true

    init {
        val fake = this
        putService(object : Service(this, "KeyStore", "AndroidKeyStore", "-", null, null) {
            override fun newInstance(parameter: Any?) = fake.Keys()
        })
        putService(object : Service(this, "KeyPairGenerator", "EC", "-", null, null) {
            override fun newInstance(parameter: Any?) = fake.Generator()
        })
    }

    inner class Generator : KeyPairGeneratorSpi() {
        private lateinit var order: KeyGenParameterSpec

        override fun initialize(size: Int, random: SecureRandom?) = error("not by size")

        override fun initialize(order: AlgorithmParameterSpec, random: SecureRandom?) {
            this.order = order as KeyGenParameterSpec
        }

        override fun generateKeyPair(): KeyPair {
            orders += order
            if (order.isStrongBoxBacked && !hasStrongBox) throw StrongBoxUnavailableException()
            val generator = KeyPairGenerator.getInstance("EC", "SunEC")
            generator.initialize(order.algorithmParameterSpec)
            return generator.generateKeyPair().also { pairs[order.keystoreAlias] = it }
        }
    }

    /** A certificate that says the key alone. */
    private class Stub(private val key: PublicKey) : Certificate("stub") {
        override fun getEncoded(): ByteArray = key.encoded

        override fun verify(by: PublicKey) = Unit

        override fun verify(by: PublicKey, provider: String) = Unit

        override fun toString() = "stub"

        override fun getPublicKey() = key
    }

    inner class Keys : KeyStoreSpi() {
        override fun engineLoad(stream: InputStream?, password: CharArray?) = Unit

        override fun engineGetKey(alias: String, password: CharArray?): Key? = pairs[alias]?.private

        override fun engineGetCertificateChain(alias: String): Array<Certificate>? =
            pairs[alias]?.let { arrayOf(Stub(it.public)) }

        override fun engineDeleteEntry(alias: String) {
            pairs.remove(alias)
        }

        override fun engineGetCertificate(alias: String) = engineGetCertificateChain(alias)?.first()

        override fun engineAliases(): Enumeration<String> = Collections.enumeration(pairs.keys)

        override fun engineContainsAlias(alias: String) = alias in pairs

        override fun engineSize() = pairs.size

        override fun engineIsKeyEntry(alias: String) = alias in pairs

        override fun engineIsCertificateEntry(alias: String) = false

        override fun engineGetCreationDate(alias: String): Date? = null

        override fun engineGetCertificateAlias(certificate: Certificate): String? = null

        override fun engineSetKeyEntry(
            alias: String, key: Key, password: CharArray?, chain: Array<Certificate>?,
        ) = error("read only")

        override fun engineSetKeyEntry(alias: String, key: ByteArray, chain: Array<Certificate>?) =
            error("read only")

        override fun engineSetCertificateEntry(alias: String, certificate: Certificate) =
            error("read only")

        override fun engineStore(stream: OutputStream?, password: CharArray?) = Unit
    }

    companion object {
        /** Runs [test] on a phone, with StrongBox or without. Gives the keys that were ordered. */
        fun onAPhone(hasStrongBox: Boolean, test: () -> Unit): List<KeyGenParameterSpec> {
            val fake = FakeKeystore()
            fake.hasStrongBox = hasStrongBox
            Security.addProvider(fake)
            try {
                test()
            } finally {
                Security.removeProvider(fake.name)
            }
            return fake.orders
        }
    }
}
