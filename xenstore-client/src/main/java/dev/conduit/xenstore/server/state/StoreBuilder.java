package dev.conduit.xenstore.server.state;

import dev.conduit.xenstore.Permission;
import dev.conduit.xenstore.Permission.Access;
import dev.conduit.xenstore.server.store.Acl;
import dev.conduit.xenstore.server.store.Limits;
import dev.conduit.xenstore.server.store.StoreState;
import dev.conduit.xenstore.server.store.TreeBuilder;
import dev.conduit.xenstore.wire.Printable;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Puts a store's state together from its records. */
final class StoreBuilder {

    private static final int DOMAIN_MAX = 0xFFFF;
    private static final int PERMISSION_SIZE = 3;

    private final RecordReader in;
    private final TreeBuilder tree = new TreeBuilder();
    private final List<Acl> acls = new ArrayList<>();
    private final Map<String, List<Permission>> specials = new HashMap<>();
    private final List<StoreState.DomainState> domains = new ArrayList<>();
    private final Map<Limits.Kind, Integer> standard = new EnumMap<>(Limits.Kind.class);
    /** Of the last domain. */
    private Map<Limits.Kind, Integer> limits = standard;
    private long generation;

    StoreBuilder(RecordReader in) {
        this.in = in;
    }

    void begin() throws StateException {
        generation = in.get64();
        if (generation < 0) {
            throw in.problem("change number " + generation + " is negative");
        }
    }

    void permissions() throws StateException {
        acls.add(Acl.of(entries()));
    }

    private List<Permission> entries() throws StateException {
        byte[] bytes = in.getBytes();
        if (bytes.length == 0 || bytes.length % PERMISSION_SIZE != 0) {
            throw in.problem("a permission list of " + bytes.length + " bytes, not a multiple of " + PERMISSION_SIZE);
        }
        List<Permission> entries = new ArrayList<>(bytes.length / PERMISSION_SIZE);
        for (int i = 0; i < bytes.length; i += PERMISSION_SIZE) {
            int domain = Byte.toUnsignedInt(bytes[i + 1]) << Byte.SIZE | Byte.toUnsignedInt(bytes[i + 2]);
            entries.add(new Permission(access(bytes[i]), domain));
        }
        return entries;
    }

    private Access access(byte letter) throws StateException {
        for (Access access : Access.values()) {
            if (access.letter() == letter) {
                return access;
            }
        }
        throw in.problem("access '" + letter + "' is none of n, r, w, b");
    }

    void node() throws StateException {
        int depth = in.get16();
        int acl = in.get32();
        long changed = in.get64();
        String name = in.getText();
        if (acl < 0 || acl >= acls.size()) {
            throw in.problem("permission list " + acl + " of " + acls.size());
        }
        if (changed < 0 || changed > generation) {
            throw in.problem("change number " + changed + " is not between 0 and " + generation);
        }
        tree.add(depth, name, acls.get(acl), changed, in.getBytes());
    }

    void special() throws StateException {
        specials.put(in.getText(), entries());
    }

    void domain() throws StateException {
        int domain = in.get16();
        int introduced = in.get8();
        int shutDown = in.get8();
        int target = in.get32();
        int features = in.get32();
        if (introduced > 1 || shutDown > 1 || target < -1 || target > DOMAIN_MAX) {
            throw in.problem("domain " + domain + " with state " + introduced + " " + shutDown + " and target "
                    + target);
        }
        limits = new EnumMap<>(Limits.Kind.class);
        domains.add(new StoreState.DomainState(domain, introduced == 1, shutDown == 1, target, features, limits));
    }

    void limit() throws StateException {
        int value = in.get32();
        String key = in.getText();
        Limits.Kind kind = Limits.Kind.of(key);
        if (value < 0 || kind == null) {
            throw in.problem("limit " + value + " of '" + Printable.of(key) + "'");
        }
        limits.put(kind, value);
    }

    StoreState build() {
        return new StoreState(tree.build(), generation, Map.copyOf(specials), standard, List.copyOf(domains));
    }
}
