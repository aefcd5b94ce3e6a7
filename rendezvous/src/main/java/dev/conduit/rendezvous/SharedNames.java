package dev.conduit.rendezvous;

import dev.conduit.xenstore.XenStoreClient;
import dev.conduit.xenstore.XenStoreException;
import java.security.SecureRandom;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * What a client knows of shared names. The index is read at most twice a second; when it is gone, because the domain
 * that made it is, the servers known last are asked until one of them has made it anew. Thread-safe.
 */
final class SharedNames {

    private static final long FRESH_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
    private static final long KNOWN_NANOS = TimeUnit.SECONDS.toNanos(10);
    /** Names that are remembered; the one not used for longest is forgotten first. */
    private static final int MOST_NAMES = 1000;

    private final XenStoreClient store;
    private final SecureRandom random = new SecureRandom();
    private final Map<String, Known> names = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Known> eldest) {
            return size() > MOST_NAMES;
        }
    };

    /** One name; its lock is held while it is read, so that many connects at once read it once. */
    private static final class Known {
        private final MemberPicker picker;
        private List<Member> members = List.of();
        private long read;

        Known(MemberPicker picker) {
            this.picker = picker;
        }

        boolean isYounger(long nanos) {
            return !members.isEmpty() && System.nanoTime() - read < nanos;
        }
    }

    SharedNames(XenStoreClient store) {
        this.store = store;
    }

    boolean isKnown(String name) {
        Known known = find(name, false);
        if (known == null) {
            return false;
        }
        synchronized (known) {
            return known.isYounger(KNOWN_NANOS);
        }
    }

    /** The servers in the order in which they are to be tried; none when the name is not shared. */
    List<Member> candidates(String name, Choice choice) throws XenStoreException {
        Known known = find(name, true);
        synchronized (known) {
            if (!known.isYounger(FRESH_NANOS)) {
                List<Member> members = MemberIndex.read(store, name);
                if (!members.isEmpty()) {
                    known.members = members;
                    known.read = System.nanoTime();
                } else if (!known.isYounger(KNOWN_NANOS)) {
                    known.members = List.of();
                }
            }
            return known.picker.order(known.members, choice);
        }
    }

    void gave(String name, Member member) {
        Known known = find(name, true);
        synchronized (known) {
            known.picker.gave(member);
        }
    }

    void forget(String name) {
        synchronized (names) {
            names.remove(name);
        }
    }

    private Known find(String name, boolean make) {
        synchronized (names) {
            return make ? names.computeIfAbsent(name, absent -> new Known(new MemberPicker(random))) : names.get(name);
        }
    }
}
