package dev.conduit.vchan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conduit.core.DomainId;
import dev.conduit.core.GrantAccess;
import dev.conduit.core.PlatformException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** Domains in one JVM: the rules of Xen for grants and event channels, over plain memory, with leak accounting. */
final class FakeMachine {

    static final int PAGE = 4096;

    /** One granted page. */
    record Grant(int owner, int peer, GrantAccess access, ByteBuffer run, int index) {}

    final Faults faults = new Faults();
    final FakeStore store = new FakeStore(faults);
    private final Map<Integer, Grant> grants = new HashMap<>();
    private final Map<Integer, FakePort> ports = new HashMap<>();
    private final Set<FakeRegion> regions = new HashSet<>();
    private final Set<Integer> dead = new HashSet<>();
    private int nextRef = 8;
    private int nextPort = 1;

    FakePlatform domain(int id) {
        return new FakePlatform(this, new DomainId(id));
    }

    /** Fails when the test wants this step to, as if something were used up. */
    void failIfAsked(String what) throws PlatformException {
        if (faults.now(what)) {
            throw new PlatformException(what + " refused, as the test wants it");
        }
    }

    /** Pages full of old bytes, so that it shows when somebody relies on zeros. */
    static ByteBuffer pages(int count) {
        ByteBuffer run = ByteBuffer.allocateDirect((count + 1) * PAGE).alignedSlice(PAGE).limit(count * PAGE).slice();
        while (run.hasRemaining()) {
            run.put((byte) 0x5A);
        }
        return run.clear().order(ByteOrder.nativeOrder());
    }

    synchronized int[] grant(int owner, int peer, GrantAccess access, ByteBuffer run) {
        int[] refs = new int[run.capacity() / PAGE];
        for (int i = 0; i < refs.length; i++) {
            refs[i] = nextRef++;
            grants.put(refs[i], new Grant(owner, peer, access, run, i));
        }
        return refs;
    }

    synchronized Grant granted(int ref) {
        return grants.get(ref);
    }

    synchronized void revoke(int[] refs) {
        for (int ref : refs) {
            grants.remove(ref);
        }
    }

    synchronized FakePort newPort(int domain, int peer) {
        FakePort port = new FakePort(this, nextPort++, domain, peer);
        ports.put(port.number(), port);
        return port;
    }

    synchronized FakePort port(int number) {
        return ports.get(number);
    }

    synchronized void closed(FakePort port) {
        ports.remove(port.number());
    }

    synchronized void opened(FakeRegion region) {
        regions.add(region);
    }

    synchronized void closed(FakeRegion region) {
        regions.remove(region);
    }

    /** Ends a domain's process: its mappings go with their unmap notifications, its ports close. */
    void kill(int domain, boolean wholeDomain) {
        Set<FakeRegion> mappings;
        Set<FakePort> ends;
        synchronized (this) {
            mappings = new HashSet<>(regions);
            ends = new HashSet<>(ports.values());
            if (wholeDomain) {
                dead.add(domain);
            }
        }
        for (FakeRegion region : mappings) {
            if (region.domain() == domain) {
                region.end(!wholeDomain);
            }
        }
        for (FakePort port : ends) {
            if (port.domain() == domain) {
                port.close();
            }
        }
    }

    synchronized boolean alive(int domain) {
        return !dead.contains(domain);
    }

    synchronized void assertNothingLeft() {
        assertThat(grants).as("grants left").isEmpty();
        assertThat(regions).as("regions left").isEmpty();
        assertThat(ports).as("ports left").isEmpty();
        assertThat(store.paths()).as("XenStore nodes left").isEmpty();
    }
}
