package dev.conduit.xenstore.server;

import dev.conduit.xenstore.Permission;
import dev.conduit.xenstore.Permission.Access;
import dev.conduit.xenstore.server.store.Children;
import dev.conduit.xenstore.server.store.Node;
import dev.conduit.xenstore.server.store.Path;
import dev.conduit.xenstore.server.store.Store;
import dev.conduit.xenstore.server.store.StoreError;
import dev.conduit.xenstore.wire.ErrorCode;
import dev.conduit.xenstore.wire.Operation;
import dev.conduit.xenstore.wire.Payload;
import dev.conduit.xenstore.wire.WireHeader;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Operations on nodes. */
final class NodeRequests {

    private final Store store;

    NodeRequests(Store store) {
        this.store = store;
    }

    void register(Map<Operation, RequestHandler> handlers) {
        handlers.put(Operation.READ, request ->
                store.read(request.session(), request.transaction(), request.onePath()).value());
        handlers.put(Operation.DIRECTORY, this::directory);
        handlers.put(Operation.DIRECTORY_PART, this::directoryPart);
        handlers.put(Operation.WRITE, this::write);
        handlers.put(Operation.MKDIR, this::makeNode);
        handlers.put(Operation.RM, this::remove);
        handlers.put(Operation.GET_PERMS, this::getPermissions);
        handlers.put(Operation.SET_PERMS, this::setPermissions);
    }

    private byte[] directory(Request request) throws StoreError {
        Children children = store.list(request.session(), request.transaction(), request.onePath()).children();
        int length = Children.nameBytes(children);
        if (length > WireHeader.PAYLOAD_MAX) {
            throw StoreError.of(ErrorCode.E2BIG);
        }
        return Children.encode(children, 0, length);
    }

    /** The node's generation, as many whole names as fit behind the offset, and one NUL more at the end of the list. */
    private byte[] directoryPart(Request request) throws StoreError {
        List<String> arguments = request.strings(2, 2);
        int offset = Request.number(arguments.get(1), Integer.MAX_VALUE);
        Path path = request.path(arguments.get(0));
        Node node = store.list(request.session(), request.transaction(), path);
        byte[] generation = Payload.strings(Long.toString(node.generation()));
        int room = WireHeader.PAYLOAD_MAX - generation.length;
        int left = Math.max(0, Children.nameBytes(node.children()) - offset);
        byte[] names = Children.encode(node.children(), offset, Math.min(left, room));
        boolean last = names.length == left && names.length < room;
        byte[] reply = Arrays.copyOf(generation, generation.length + names.length + (last ? 1 : 0));
        System.arraycopy(names, 0, reply, generation.length, names.length);
        return reply;
    }

    private byte[] write(Request request) throws StoreError {
        byte[] payload = request.payload();
        int end = Payload.indexOfNul(payload, 0);
        if (end == payload.length) {
            throw StoreError.of(ErrorCode.EINVAL);
        }
        Path path = request.path(Payload.text(payload, 0, end));
        byte[] value = Arrays.copyOfRange(payload, end + 1, payload.length);
        store.write(request.session(), request.transaction(), path, value);
        return RequestHandler.OK;
    }

    private byte[] makeNode(Request request) throws StoreError {
        store.makeNode(request.session(), request.transaction(), request.onePath());
        return RequestHandler.OK;
    }

    private byte[] remove(Request request) throws StoreError {
        store.remove(request.session(), request.transaction(), request.onePath());
        return RequestHandler.OK;
    }

    private byte[] getPermissions(Request request) throws StoreError {
        return Payload.strings(store.permissions(request.session(), request.transaction(), request.onePath()).stream()
                .map(Permission::toString).toArray(String[]::new));
    }

    private byte[] setPermissions(Request request) throws StoreError {
        List<String> arguments = request.strings(2, Integer.MAX_VALUE);
        Path path = request.path(arguments.get(0));
        List<Permission> entries = new ArrayList<>(arguments.size() - 1);
        for (String text : arguments.subList(1, arguments.size())) {
            entries.add(permission(text));
        }
        store.setPermissions(request.session(), request.transaction(), path, entries);
        return RequestHandler.OK;
    }

    /** A letter and a domain id, which may be decimal, octal (0..) or hexadecimal (0x..) as strtol reads it. */
    private static Permission permission(String text) throws StoreError {
        if (text.length() >= 2 && Character.digit(text.charAt(1), 10) >= 0) {
            for (Access access : Access.values()) {
                if (access.letter() == text.charAt(0)) {
                    try {
                        return new Permission(access, Integer.decode(text.substring(1)));
                    } catch (IllegalArgumentException e) {
                        throw StoreError.of(ErrorCode.EINVAL);
                    }
                }
            }
        }
        throw StoreError.of(ErrorCode.EINVAL);
    }
}
