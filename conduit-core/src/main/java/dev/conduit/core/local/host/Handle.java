package dev.conduit.core.local.host;

import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** One process of a domain: its slot in the event memory and all it holds. Identity is the object. */
final class Handle {

    private final Domain domain;
    private final int slot;
    private final long pid;

    /** Shares, mappings and ports of this process, for the tables to go through when it ends. */
    private final Set<Share> shares = new LinkedHashSet<>();
    private final Map<Integer, Mapping> mappings = new TreeMap<>();
    private final Set<Port> ports = new LinkedHashSet<>();
    private int nextMapping = 1;
    private boolean kept;
    private boolean ended;

    Handle(Domain domain, int slot, long pid) {
        this.domain = domain;
        this.slot = slot;
        this.pid = pid;
    }

    Domain domain() {
        return domain;
    }

    int slot() {
        return slot;
    }

    long pid() {
        return pid;
    }

    Set<Share> shares() {
        return shares;
    }

    Map<Integer, Mapping> mappings() {
        return mappings;
    }

    Set<Port> ports() {
        return ports;
    }

    /** True when it ends with another process, not with its connection. */
    boolean kept() {
        return kept;
    }

    void keep() {
        kept = true;
    }

    boolean ended() {
        return ended;
    }

    void end() {
        ended = true;
    }

    /** A mapping id that is not in use; ids go up and start again after 2^31 - 1. */
    int newMappingId() {
        int id = nextMapping;
        while (mappings.containsKey(id)) {
            id = next(id);
        }
        nextMapping = next(id);
        return id;
    }

    private static int next(int id) {
        return id == Integer.MAX_VALUE ? 1 : id + 1;
    }

    Mapping mapping(int id) throws Refusal {
        Mapping mapping = mappings.get(id);
        if (mapping == null) {
            throw Refusal.invalid("this process has no mapping " + id);
        }
        return mapping;
    }
}
