package dev.conduit.rendezvous.listing;

import dev.conduit.core.DomainId;
import dev.conduit.rendezvous.layout.ConduitNames;
import dev.conduit.rendezvous.layout.FlowRecord;
import dev.conduit.rendezvous.layout.Layout;
import dev.conduit.xenstore.XenStoreClient;
import dev.conduit.xenstore.XenStoreException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Lists names and flows, with dom0's rights. Some requests an entry, no transaction: what comes or goes meanwhile may be
 * missing or half seen.
 */
public final class Listings {

    private final XenStoreClient store;
    private final int most;

    /**
     * Prepares.
     *
     * @param store with dom0's rights
     * @param most entries in a list, at least 1
     * @throws IllegalArgumentException when it is less
     */
    public Listings(XenStoreClient store, int most) {
        if (most < 1) {
            throw new IllegalArgumentException("a list of at most " + most + " entries is less than one");
        }
        this.store = store;
        this.most = most;
    }

    /**
     * Lists the names.
     *
     * @return the first so many, by name
     * @throws XenStoreException EACCES for any domain but dom0; ENOENT when dom0 has not prepared XenStore for names
     */
    public Listing<NameEntry> names() throws XenStoreException {
        // Guests may read half of what is asked here; they are told at once instead.
        store.list(Layout.FLOWS);
        List<String> names = store.list(Layout.ROOT).stream()
                .filter(name -> ConduitNames.isName(name) && !name.equals(ConduitNames.FLOWS)).sorted().toList();
        List<NameEntry> entries = new ArrayList<>();
        for (String name : first(names)) {
            Optional<DomainId> owner = owner(Layout.name(name));
            if (owner.isPresent()) {
                entries.add(name(name, owner.get()));
            }
        }
        return new Listing<>(entries, names.size());
    }

    private NameEntry name(String name, DomainId owner) throws XenStoreException {
        Optional<List<String>> queue = children(Layout.listen(name));
        List<String> members = children(Layout.members(name)).orElse(List.of()).stream().sorted().toList();
        int connections = 0;
        for (String peer : children(Layout.established(name)).orElse(List.of())) {
            connections += children(Layout.established(name, peer)).map(List::size).orElse(0);
        }
        boolean believed = store.readOptional(Layout.name(name))
                .filter(value -> new String(value, StandardCharsets.ISO_8859_1).equals(owner.toString())).isPresent();
        return new NameEntry(name, believed ? Optional.of(owner) : Optional.empty(),
                queue.isPresent() || !members.isEmpty(), queue.map(List::size).orElse(0), connections, members);
    }

    /**
     * Lists the flows.
     *
     * @return the first so many, by id
     * @throws XenStoreException EACCES for any domain but dom0; ENOENT when dom0 has not prepared XenStore for names
     */
    public Listing<FlowEntry> flows() throws XenStoreException {
        List<String> ids = store.list(Layout.FLOWS).stream().sorted().toList();
        List<FlowEntry> entries = new ArrayList<>();
        for (String id : first(ids)) {
            Optional<DomainId> owner = owner(Layout.flow(id));
            Optional<byte[]> value = store.readOptional(Layout.flow(id));
            if (owner.isPresent() && value.isPresent()) {
                entries.add(new FlowEntry(id, owner.get(), record(value.get())));
            }
        }
        return new Listing<>(entries, ids.size());
    }

    private List<String> first(List<String> all) {
        return all.subList(0, Math.min(most, all.size()));
    }

    private static Optional<FlowRecord> record(byte[] value) {
        try {
            return Optional.of(FlowRecord.parse(value));
        } catch (IllegalArgumentException malformed) {
            return Optional.empty();
        }
    }

    private Optional<DomainId> owner(String path) throws XenStoreException {
        try {
            int domain = store.permissions(path).get(0).domain();
            return domain < DomainId.FIRST_RESERVED ? Optional.of(new DomainId(domain)) : Optional.empty();
        } catch (XenStoreException gone) {
            if (gone.is("ENOENT")) {
                return Optional.empty();
            }
            throw gone;
        }
    }

    private Optional<List<String>> children(String path) throws XenStoreException {
        try {
            return Optional.of(store.list(path));
        } catch (XenStoreException gone) {
            if (gone.is("ENOENT")) {
                return Optional.empty();
            }
            throw gone;
        }
    }
}
