package dev.conduit.synjitsu.handover;

import dev.conduit.xenstore.Permission;
import dev.conduit.xenstore.WalkLimits;
import dev.conduit.xenstore.XenStoreException;
import dev.conduit.xenstore.XenStoreNode;
import dev.conduit.xenstore.XenStoreOperations;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/** Values by path, all dom0's. Each step of the protocol is a transaction, so here each is simply run whole. */
final class MapStore implements XenStoreOperations {

    final Map<String, String> values = new TreeMap<>();

    MapStore(Map<String, String> values) {
        this.values.putAll(values);
    }

    @Override
    public byte[] read(String path) throws XenStoreException {
        return readOptional(path).orElseThrow(() -> new XenStoreException("ENOENT", path + ": ENOENT"));
    }

    @Override
    public Optional<byte[]> readOptional(String path) {
        String value = values.get(path);
        boolean parent = values.keySet().stream().anyMatch(key -> key.startsWith(path + "/"));
        return value != null ? Optional.of(value.getBytes()) : parent ? Optional.of(new byte[0]) : Optional.empty();
    }

    @Override
    public List<String> list(String path) {
        TreeSet<String> names = new TreeSet<>();
        values.keySet().stream().filter(key -> key.startsWith(path + "/"))
                .forEach(key -> names.add(key.substring(path.length() + 1).split("/")[0]));
        return new ArrayList<>(names);
    }

    @Override
    public void write(String path, byte[] value) {
        values.put(path, new String(value));
    }

    @Override
    public void mkdir(String path) {
        values.putIfAbsent(path, "");
    }

    @Override
    public void remove(String path) {
        values.keySet().removeIf(key -> key.equals(path) || key.startsWith(path + "/"));
    }

    @Override
    public List<Permission> permissions(String path) {
        return StatePaths.closed();
    }

    @Override
    public void setPermissions(String path, List<Permission> permissions) {}

    @Override
    public List<XenStoreNode> walk(String path, WalkLimits limits) {
        return values.keySet().stream().filter(key -> key.equals(path) || key.startsWith(path + "/"))
                .map(key -> new XenStoreNode(key, 0, values.get(key).getBytes(), List.of())).toList();
    }
}
