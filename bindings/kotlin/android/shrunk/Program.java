import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.util.List;
import org.livepermit.Admission;
import org.livepermit.Algorithm;
import org.livepermit.DeviceKey;
import org.livepermit.ErrorCorrection;
import org.livepermit.Gate;
import org.livepermit.Holder;
import org.livepermit.Issuer;
import org.livepermit.LivepermitException;
import org.livepermit.LivepermitKt;
import org.livepermit.PublicKey;
import org.livepermit.Recipient;
import org.livepermit.RevocationPolicy;
import org.livepermit.SecretKey;
import org.livepermit.Store;
import org.livepermit.Trust;
import org.livepermit.TrustedKey;
import org.livepermit.Use;

/** What an app does, to be shrunk by R8 and run after: a code is made, drawn and admitted once. */
public class Program {
    public static void main(String[] arguments) throws Exception {
        long now = System.currentTimeMillis() / 1000;
        var permitClass = "bj.example:residence";
        var issuerKey = SecretKey.Companion.generateEd25519();
        var trusted = new TrustedKey(
            "bj.example", issuerKey.publicKey(), null, Algorithm.ED25519, List.of(Use.CREDENTIAL),
            List.of(permitClass), null, null, null);
        var trust = new Trust(List.of(trusted));

        var generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        var device = new DeviceKey(generator.generateKeyPair());
        var credential = new Issuer("bj.example", issuerKey.publicKey())
            .prepareCredential(
                LivepermitKt.permit("BJ-1", permitClass), device.getPublicKey(),
                LivepermitKt.defaultValidity(), now)
            .sign(issuerKey);
        var wallet = new Holder(device.getPublicKey());
        wallet.accept(credential.getBytes(), trust, now);
        var code = device.sign(wallet.prepare(Recipient.Anyone.INSTANCE, now)).getQrText();
        String svg = LivepermitKt.drawQr(code, ErrorCorrection.MEDIUM).toSvg();

        var rules = LivepermitKt.policy(
            "gate-3", List.of(permitClass), RevocationPolicy.NotChecked.INSTANCE);
        var store = Store.Companion.inMemoryForTheFirstTime(100, LivepermitKt.defaultRetention());
        var gate = new Gate(LivepermitKt.gateSettings(rules), trust, List.of(), store);
        boolean isAdmitted = gate.admit(code, now) instanceof Admission.Admitted;
        boolean isUsed = gate.admit(code, now + 10) instanceof Admission.Refused;
        boolean isRefused = false;
        try {
            PublicKey.Companion.fromSpkiDer(new byte[3]);
        } catch (LivepermitException.Failed failed) {
            isRefused = failed.getCode().equals("key-encoding");
        }
        if (!(isAdmitted && isUsed && isRefused && svg.startsWith("<svg"))) {
            throw new AssertionError("the shrunk library works otherwise");
        }
        System.out.println("admitted once");
    }
}
