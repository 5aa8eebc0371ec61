package org.livepermit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The package from Java: no name is mangled, and nothing needs Kotlin. */
class JavaUseTest {
    private static final long NOW = 1_790_000_000L;
    private static final String CLASS = "bj.example:residence";

    @Test
    void aPermitIsIssuedShownAndAdmitted() throws Exception {
        SecretKey issuerKey = SecretKey.Companion.generateEd25519();
        Issuer issuer = new Issuer("bj.example", issuerKey.publicKey());
        TrustedKey trusted = new TrustedKey(
            "bj.example", issuerKey.publicKey(), null, Algorithm.ED25519,
            List.of(Use.CREDENTIAL), List.of(CLASS), null, null, null);
        Trust trust = new Trust(List.of(trusted));

        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        DeviceKey device = new DeviceKey(generator.generateKeyPair());
        Permit permit = LivepermitKt.permit("BJ-7F3A9C2E", CLASS);
        Token credential = issuer
            .prepareCredential(permit, device.getPublicKey(), LivepermitKt.defaultValidity(), NOW)
            .sign(issuerKey);
        Holder holder = new Holder(device.getPublicKey());
        holder.accept(credential.getBytes(), trust, NOW);
        Token code = device.sign(holder.prepare(Recipient.Anyone.INSTANCE, NOW));

        Policy rules =
            LivepermitKt.policy("gate-3", List.of(CLASS), RevocationPolicy.NotChecked.INSTANCE);
        Store store = Store.Companion.inMemoryForTheFirstTime(
            100, LivepermitKt.defaultRetention());
        Gate gate = new Gate(LivepermitKt.gateSettings(rules), trust, List.of(), store);
        Admission.Admitted admitted =
            assertInstanceOf(Admission.Admitted.class, gate.admit(code.getQrText(), NOW));
        assertEquals("BJ-7F3A9C2E", admitted.getVerified().getSubject());
        LivepermitException.Failed failed = assertThrows(
            LivepermitException.Failed.class, () -> PublicKey.Companion.fromSpkiDer(new byte[3]));
        assertEquals("key-encoding", failed.getCode());
    }
}
