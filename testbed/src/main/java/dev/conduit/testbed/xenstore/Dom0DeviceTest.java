package dev.conduit.testbed.xenstore;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conduit.xenstore.contract.Dialect;
import org.junit.jupiter.api.Test;

/** dom0 over the kernel's device. */
class Dom0DeviceTest extends Dom0Contract {

    Dom0DeviceTest() {
        super(Place.DEVICE);
    }

    @Override
    protected Dialect dialect() {
        return Place.ocaml() ? Dialect.OXENSTORED_4_17_RING : Dialect.C_4_17;
    }

    /** The kernel's buffer holds 4096 bytes with the header. */
    @Override
    protected int maximumPayload() {
        return 4080;
    }

    /** oxenstored keeps 2048 bytes of a value, also for dom0. */
    @Test
    void shouldWriteAsMuchAsTheKernelTakes() throws Exception {
        byte[] value = new byte[Place.ocaml() ? 2000 : maximumPayload() - at("a").length() - 1];
        client.write(at("a"), value);

        assertThat(client.read(at("a"))).isEqualTo(value);
    }
}
