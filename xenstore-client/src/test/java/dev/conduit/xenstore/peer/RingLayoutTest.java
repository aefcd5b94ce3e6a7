package dev.conduit.xenstore.peer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conduit.xenstore.ring.RingError;
import dev.conduit.xenstore.ring.RingLayout;
import dev.conduit.xenstore.wire.Features;
import dev.conduit.xenstore.wire.WireHeader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Our numbers against xs_wire.h, by a compiled program. evtchn_port and later features came after Debian's version. */
class RingLayoutTest {

    private static final String PAGE = "struct xenstore_domain_interface";

    @TempDir
    Path directory;

    private static Map<String, Integer> expected() {
        Map<String, Integer> rows = new LinkedHashMap<>();
        Map<String, Integer> fields = Map.of("req", RingLayout.REQ, "rsp", RingLayout.RSP,
                "req_cons", RingLayout.REQ_CONS, "req_prod", RingLayout.REQ_PROD,
                "rsp_cons", RingLayout.RSP_CONS, "rsp_prod", RingLayout.RSP_PROD,
                "server_features", RingLayout.SERVER_FEATURES, "connection", RingLayout.CONNECTION,
                "error", RingLayout.ERROR);
        fields.forEach((field, offset) -> rows.put("offsetof(" + PAGE + ", " + field + ")", offset));
        rows.put("sizeof(" + PAGE + ")", RingLayout.EVTCHN_PORT);
        rows.put("XENSTORE_RING_SIZE", RingLayout.RING_SIZE);
        rows.put("XENSTORE_SERVER_FEATURE_RECONNECTION", Features.RECONNECTION);
        rows.put("XENSTORE_SERVER_FEATURE_ERROR", Features.ERROR_FIELD);
        rows.put("XENSTORE_CONNECTED", RingLayout.CONNECTED);
        rows.put("XENSTORE_RECONNECT", RingLayout.RECONNECT);
        rows.put("XENSTORE_ERROR_NONE", RingError.NONE.code());
        rows.put("XENSTORE_ERROR_COMM", RingError.COMMUNICATION.code());
        rows.put("XENSTORE_ERROR_RINGIDX", RingError.RING_INDEX.code());
        rows.put("XENSTORE_ERROR_PROTO", RingError.PROTOCOL.code());
        rows.put("sizeof(struct xsd_sockmsg)", WireHeader.SIZE);
        rows.put("XENSTORE_PAYLOAD_MAX", WireHeader.PAYLOAD_MAX);
        return rows;
    }

    @Test
    void shouldAgreeWithTheHeader() throws Exception {
        Peers.require();
        StringBuilder program = new StringBuilder("#include <stddef.h>\n#include <stdint.h>\n#include <stdio.h>\n"
                + "#include <sys/types.h>\n#include <xen/io/xs_wire.h>\nint main(void)\n{\n");
        StringBuilder lines = new StringBuilder();
        expected().forEach((expression, value) -> {
            program.append("    printf(\"%s = %d\\n\", \"").append(expression).append("\", (int) (").append(expression)
                    .append("));\n");
            lines.append(expression).append(" = ").append(value).append('\n');
        });
        Path source = Files.writeString(directory.resolve("audit.c"), program.append("    return 0;\n}\n"));
        Path binary = directory.resolve("audit");
        String headers = Peers.unpacked().resolve("root/usr/include").toString();

        Peers.Result compiled = Peers.run(Map.of(),
                List.of("gcc", "-std=gnu11", "-I", headers, "-o", binary.toString(), source.toString()));
        assertThat(compiled).isEqualTo(new Peers.Result(0, "", ""));
        assertThat(Peers.run(Map.of(), List.of(binary.toString())).out()).isEqualTo(lines.toString());
    }
}
