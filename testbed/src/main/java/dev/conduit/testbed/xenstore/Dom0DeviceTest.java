package dev.conduit.testbed.xenstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.conduit.xenstore.XenStoreException;
import org.junit.jupiter.api.Test;

/** dom0 over the kernel's device. */
class Dom0DeviceTest extends Dom0Test {

    Dom0DeviceTest() {
        super(Place.DEVICE);
    }

    /** Over a ring oxenstored neither sends more than 4096 bytes nor knows parts. */
    @Test
    void shouldListMoreChildrenThanFitInAMessageIfTheServerCan() throws Exception {
        makeChildren(300);

        if (Place.ocaml()) {
            assertThatThrownBy(() -> client.list(base + "/many")).isInstanceOf(XenStoreException.class)
                    .matches(e -> ((XenStoreException) e).is("E2BIG"));
        } else {
            assertThat(client.list(base + "/many")).hasSize(300).contains("child-00000000", "child-00000299");
        }
    }

    /** The kernel's buffer holds 4096 bytes with the header. */
    @Test
    void shouldWriteAsMuchAsTheKernelTakes() throws Exception {
        int most = 4080 - base.length() - "/a".length() - 1;
        byte[] value = new byte[Place.ocaml() ? 2000 : most];
        client.write(base + "/a", value);

        assertThat(client.read(base + "/a")).isEqualTo(value);
        assertThatThrownBy(() -> client.write(base + "/a", new byte[most + 1])).isInstanceOf(XenStoreException.class)
                .hasMessageContaining("4080");
    }
}
