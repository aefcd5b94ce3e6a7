package dev.conduit.synjitsu.handover;

import dev.conduit.synjitsu.tcp.Tcb;
import dev.conduit.xenstore.Permission;
import dev.conduit.xenstore.WalkLimits;
import dev.conduit.xenstore.XenStoreException;
import dev.conduit.xenstore.XenStoreNode;
import dev.conduit.xenstore.XenStoreOperations;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/** One IPv4 connection, and nothing else, to be read as if it stood in XenStore. */
final class MadeUpConnection implements XenStoreOperations {

    private final Tcb tcb;

    MadeUpConnection(Tcb tcb) {
        this.tcb = tcb;
    }

    @Override
    public Optional<byte[]> readOptional(String path) {
        return switch (path.substring(path.lastIndexOf('/') + 1)) {
            case "state" -> bytes(ConnectionNodes.text(tcb.state()));
            case "tcb" -> bytes(TcbText.format(tcb, 0));
            case "packets" -> Optional.of(tcb.data());
            default -> Optional.empty();
        };
    }

    private static Optional<byte[]> bytes(String text) {
        return Optional.of(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    @Override
    public List<String> list(String path) throws XenStoreException {
        if (path.endsWith(StatePaths.FAMILIES.get(1))) {
            throw new XenStoreException("ENOENT", path + " is not made up");
        }
        return List.of("0");
    }

    @Override
    public byte[] read(String path) {
        throw new UnsupportedOperationException(path);
    }

    @Override
    public List<XenStoreNode> walk(String path, WalkLimits limits) {
        throw new UnsupportedOperationException(path);
    }

    @Override
    public void write(String path, byte[] value) {
        throw new UnsupportedOperationException(path);
    }

    @Override
    public void mkdir(String path) {
        throw new UnsupportedOperationException(path);
    }

    @Override
    public void remove(String path) {
        throw new UnsupportedOperationException(path);
    }

    @Override
    public List<Permission> permissions(String path) {
        throw new UnsupportedOperationException(path);
    }

    @Override
    public void setPermissions(String path, List<Permission> permissions) {
        throw new UnsupportedOperationException(path);
    }
}
