package dev.conduit.xenstore.server.store;

import dev.conduit.xenstore.Permission;
import dev.conduit.xenstore.server.store.SessionState.Step;
import dev.conduit.xenstore.wire.Operation;
import dev.conduit.xenstore.wire.PathRules;
import dev.conduit.xenstore.wire.Payload;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Requests of transactions as on the wire, and back. */
final class Steps {

    private Steps() {
    }

    static Step step(NodeOperation operation) {
        String path = operation.path().text();
        if (operation instanceof NodeOperation.Read) {
            return new Step(Operation.READ, Payload.strings(path));
        }
        if (operation instanceof NodeOperation.ListChildren) {
            return new Step(Operation.DIRECTORY, Payload.strings(path));
        }
        if (operation instanceof NodeOperation.GetAcl) {
            return new Step(Operation.GET_PERMS, Payload.strings(path));
        }
        if (operation instanceof NodeOperation.MakeNode) {
            return new Step(Operation.MKDIR, Payload.strings(path));
        }
        if (operation instanceof NodeOperation.Remove) {
            return new Step(Operation.RM, Payload.strings(path));
        }
        if (operation instanceof NodeOperation.Write write) {
            return new Step(Operation.WRITE, Payload.stringAndBytes(path, write.value()));
        }
        List<String> strings = new ArrayList<>();
        strings.add(path);
        ((NodeOperation.SetAcl) operation).entries().forEach(entry -> strings.add(entry.toString()));
        return new Step(Operation.SET_PERMS, Payload.strings(strings.toArray(String[]::new)));
    }

    /**
     * Reads a step.
     *
     * @throws IllegalArgumentException when it is none
     */
    static NodeOperation operation(Step step) {
        byte[] payload = step.payload();
        int end = Payload.indexOfNul(payload, 0);
        String text = Payload.text(payload, 0, end);
        String problem = PathRules.problem(text);
        if (problem != null || text.charAt(0) != '/' || end == payload.length) {
            throw new IllegalArgumentException(problem != null ? problem : "step without an absolute path");
        }
        Path path = Path.absolute(text);
        return switch (step.operation()) {
            case READ -> new NodeOperation.Read(path);
            case DIRECTORY -> new NodeOperation.ListChildren(path);
            case GET_PERMS -> new NodeOperation.GetAcl(path);
            case MKDIR -> new NodeOperation.MakeNode(path);
            case RM -> new NodeOperation.Remove(path);
            case WRITE -> new NodeOperation.Write(path, Arrays.copyOfRange(payload, end + 1, payload.length));
            case SET_PERMS -> new NodeOperation.SetAcl(path, entries(payload, end + 1));
            default -> throw new IllegalArgumentException("step of type " + step.operation());
        };
    }

    private static List<Permission> entries(byte[] payload, int from) {
        List<Permission> entries = Payload.split(Arrays.copyOfRange(payload, from, payload.length)).stream()
                .map(Permission::parse).toList();
        if (entries.isEmpty()) {
            throw new IllegalArgumentException("step with an empty permission list");
        }
        return entries;
    }
}
