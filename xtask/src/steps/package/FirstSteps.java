// What a stranger does with the jar, in an empty folder and without the sources; from Java, through the calls that wait.

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.saferoom.AccessInput;
import org.saferoom.FieldValue;
import org.saferoom.Identity;
import org.saferoom.NativeKt;
import org.saferoom.OpenedRecord;
import org.saferoom.Session;
import org.saferoom.TypedRecordsKt;
import org.saferoom.Vault;
import org.saferoom.records.Child;

public final class FirstSteps {
    public static void main(String[] arguments) throws Exception {
        byte[] secret = "quiet river stone".getBytes(StandardCharsets.UTF_8);
        ByteBuffer passphrase = ByteBuffer.allocateDirect(secret.length).put(secret).flip();
        AccessInput access = new AccessInput("forensic-interview", null);
        try (Identity identity = Identity.Companion.createFileBlocking(Path.of("member.identity"), passphrase, null, null);
                Vault vault = Vault.Companion.createBlocking(Path.of("station.saferoom"), NativeKt.fileKeyStore(Path.of("keys")),
                    identity, "police.example.org/audit/1", "Example unit", null);
                Session session = vault.signInBlocking(identity)) {
            String opened = session.createBlocking("case", session.unit(), Map.of(), access).getRecord();
            Map<String, FieldValue> fields =
                Map.of("sex", new FieldValue.Code("female"), "role", new FieldValue.Code("victim"));
            String child = session.createBlocking("child", opened, fields, access).getRecord();
            try (OpenedRecord read = session.readBlocking(child, "child", access)) {
                if (!read.fieldsBlocking().equals(fields)) throw new AssertionError("other values");
            }
            Child typed = TypedRecordsKt.readBlocking(session, Child.Companion, child, access).getRecord();
            if (!typed.toFields().equals(fields)) throw new AssertionError("other values in a page");
            session.checkBlocking();
            session.lockBlocking();
        }
        System.out.println("used from Java");
    }
}
