package dev.conduit.xenstore.model;

import dev.conduit.xenstore.wire.Operation;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The rules of nodes and permissions over a plain map of paths: slow, simple, and nothing of the server's code. */
final class PlainStore {

    private static final String OK = "OK|";

    /** A request on a node; the path is absolute, the argument a value or permissions as on the wire. */
    record Request(Operation operation, int domain, String path, String argument) {

        boolean reading() {
            return operation == Operation.READ || operation == Operation.DIRECTORY || operation == Operation.GET_PERMS;
        }
    }

    private record Node(String value, List<String> permissions) {
    }

    private final TreeMap<String, Node> nodes;
    /** Paths that were changed in this copy, in order; true when the node was removed meanwhile. */
    private final Map<String, Boolean> changed = new LinkedHashMap<>();

    /** Holds what a new server holds. */
    PlainStore() {
        nodes = new TreeMap<>();
        for (String path : List.of("/", "/tool", "/tool/xenstored")) {
            nodes.put(path, new Node("", List.of("n0")));
        }
    }

    /** A copy without changes yet. */
    PlainStore(PlainStore other) {
        nodes = new TreeMap<>(other.nodes);
    }

    Map<String, Boolean> changed() {
        return changed;
    }

    boolean holds(String path) {
        return nodes.containsKey(path);
    }

    /** Does it and gives the reply, NUL written as a bar. */
    String run(Request request) {
        String path = request.path();
        int domain = request.domain();
        Node nearest = nodes.get(nearest(path));
        if (!allowed(nearest, domain, request.reading() ? "rb" : "wb")) {
            return "EACCES|";
        }
        Node node = nodes.get(path);
        switch (request.operation()) {
            case READ:
                return node == null ? "ENOENT|" : node.value();
            case DIRECTORY:
                return node == null ? "ENOENT|" : children(path);
            case GET_PERMS:
                return node == null ? "ENOENT|" : String.join("|", node.permissions()) + "|";
            case WRITE:
                make(domain, path);
                nodes.put(path, new Node(request.argument(), nodes.get(path).permissions()));
                changed.putIfAbsent(path, false);
                return OK;
            case MKDIR:
                if (node == null) {
                    make(domain, path);
                    changed.putIfAbsent(path, false);
                }
                return OK;
            case RM:
                return remove(path);
            default:
                return setPermissions(node, request);
        }
    }

    private String remove(String path) {
        if (path.equals("/")) {
            return "EINVAL|";
        }
        if (nodes.containsKey(path)) {
            nodes.keySet().removeIf(other -> other.equals(path) || other.startsWith(path + "/"));
            changed.put(path, true);
            return OK;
        }
        return nodes.containsKey(parent(path)) ? OK : "ENOENT|";
    }

    private String setPermissions(Node node, Request request) {
        if (node == null) {
            return "ENOENT|";
        }
        List<String> after = List.of(request.argument().split("\\|"));
        if (request.domain() != 0 && owner(node) != request.domain()) {
            return "EACCES|";
        }
        if (request.domain() != 0 && !after.get(0).substring(1).equals("" + owner(node))) {
            return "EPERM|";
        }
        nodes.put(request.path(), new Node(node.value(), after));
        changed.putIfAbsent(request.path(), false);
        return OK;
    }

    /** Makes the node and what is missing above; each has the permissions of the one above it, and its maker as owner. */
    private void make(int domain, String path) {
        if (nodes.containsKey(path)) {
            return;
        }
        make(domain, parent(path));
        List<String> permissions = new ArrayList<>(nodes.get(parent(path)).permissions());
        if (domain != 0) {
            permissions.set(0, permissions.get(0).charAt(0) + "" + domain);
        }
        nodes.put(path, new Node("", permissions));
    }

    private String children(String path) {
        String prefix = path.equals("/") ? "/" : path + "/";
        StringBuilder names = new StringBuilder();
        for (String other : nodes.keySet()) {
            if (other.length() > prefix.length() && other.startsWith(prefix)
                    && other.indexOf('/', prefix.length()) < 0) {
                names.append(other.substring(prefix.length())).append('|');
            }
        }
        return names.toString();
    }

    private String nearest(String path) {
        return nodes.containsKey(path) ? path : nearest(parent(path));
    }

    static String parent(String path) {
        int slash = path.lastIndexOf('/');
        return slash == 0 ? "/" : path.substring(0, slash);
    }

    boolean readable(String path, int domain) {
        return nodes.containsKey(path) && allowed(nodes.get(path), domain, "rb");
    }

    private static int owner(Node node) {
        return Integer.parseInt(node.permissions().get(0).substring(1));
    }

    /** The owner may all; others what the first entry that names them says, or else the first of all. */
    private static boolean allowed(Node node, int domain, String letters) {
        if (domain == 0 || owner(node) == domain) {
            return true;
        }
        String entry = node.permissions().stream().skip(1).filter(one -> one.substring(1).equals("" + domain))
                .findFirst().orElse(node.permissions().get(0));
        return letters.indexOf(entry.charAt(0)) >= 0;
    }
}
