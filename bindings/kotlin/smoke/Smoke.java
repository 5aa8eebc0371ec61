import java.util.List;
import org.livepermit.Admission;
import org.livepermit.Algorithm;
import org.livepermit.Gate;
import org.livepermit.Issuer;
import org.livepermit.LivepermitKt;
import org.livepermit.RevocationPolicy;
import org.livepermit.SecretKey;
import org.livepermit.Store;
import org.livepermit.Trust;
import org.livepermit.TrustedKey;
import org.livepermit.Use;

/** The package as it was built, outside the tree: `java -cp ... Smoke.java`. */
class Smoke {
    public static void main(String[] arguments) throws Exception {
        long now = System.currentTimeMillis() / 1000;
        SecretKey key = SecretKey.Companion.generateEd25519();
        String code = new Issuer("bj.example", key.publicKey())
            .preparePass(LivepermitKt.permit("BJ-7F3A9C2E", "bj.example:residence"), null, now)
            .sign(key).getQrText();
        TrustedKey trusted = new TrustedKey(
            "bj.example", key.publicKey(), null, Algorithm.ED25519, List.of(Use.PASS),
            List.of("bj.example:residence"), null, null, null);
        var rules = LivepermitKt.policy(
            "gate-3", List.of("bj.example:residence"), RevocationPolicy.NotChecked.INSTANCE);
        Gate gate = new Gate(
            LivepermitKt.gateSettings(rules), new Trust(List.of(trusted)), List.of(),
            Store.Companion.inMemoryForTheFirstTime(100, LivepermitKt.defaultRetention()));
        if (!(gate.admit(code, now) instanceof Admission.Admitted)) {
            throw new AssertionError("the code was refused");
        }
        System.out.println("admitted");
    }
}
