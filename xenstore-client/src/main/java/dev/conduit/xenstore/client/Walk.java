package dev.conduit.xenstore.client;

import dev.conduit.xenstore.Permission;
import dev.conduit.xenstore.WalkLimits;
import dev.conduit.xenstore.XenStoreException;
import dev.conduit.xenstore.XenStoreNode;
import dev.conduit.xenstore.wire.Operation;
import dev.conduit.xenstore.wire.Payload;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Queue;

/**
 * Reads a subtree with a window of requests under way, filled up when half of it is answered: so requests and replies
 * travel many at a time. Nothing is recursive: guests make deep trees.
 */
final class Walk {

    /** Requests under way; servers take 200 and more from one connection. */
    private static final int WINDOW = 128;

    /** A node that is being read. */
    private static final class Item {

        private final String path;
        private final int depth;
        private final List<Item> children = new ArrayList<>();
        private byte[] value;
        private List<Permission> permissions = List.of();
        private boolean leftOut;

        Item(String path, int depth) {
            this.path = path;
            this.depth = depth;
        }
    }

    /** A question that was sent. */
    private record Question(Operation operation, Item item, Exchange.Reply reply) {
    }

    private final Operations store;
    private final WalkLimits limits;
    /** What is asked of each node. */
    private final List<Operation> operations;
    private final Item first;
    private final Queue<Item> unasked = new ArrayDeque<>();
    private final Queue<Question> underWay = new ArrayDeque<>();
    private long nodes = 1;
    private long bytes;

    Walk(Operations store, String path, WalkLimits limits) {
        this.store = store;
        this.limits = limits;
        operations = limits.permissions() ? List.of(Operation.READ, Operation.DIRECTORY, Operation.GET_PERMS)
                : List.of(Operation.READ, Operation.DIRECTORY);
        first = new Item(path, 0);
    }

    List<XenStoreNode> run() throws XenStoreException {
        unasked.add(first);
        try {
            while (!unasked.isEmpty() || !underWay.isEmpty()) {
                if (!unasked.isEmpty() && underWay.size() <= WINDOW / 2) {
                    ask();
                }
                answer(underWay.remove());
            }
        } finally {
            underWay.forEach(question -> question.reply.close());
        }
        return inOrder();
    }

    private void ask() throws XenStoreException {
        List<Exchange.Request> requests = new ArrayList<>();
        List<Item> items = new ArrayList<>();
        while (!unasked.isEmpty() && underWay.size() + requests.size() + operations.size() <= WINDOW) {
            Item item = unasked.remove();
            byte[] payload = Payload.strings(Operations.checked(item.path));
            for (Operation operation : operations) {
                requests.add(new Exchange.Request(operation, payload, item.path));
                items.add(item);
            }
        }
        List<Exchange.Reply> replies = store.send(requests);
        for (int i = 0; i < replies.size(); i++) {
            underWay.add(new Question(requests.get(i).operation(), items.get(i), replies.get(i)));
        }
    }

    private void answer(Question question) throws XenStoreException {
        Item item = question.item;
        try (Exchange.Reply reply = question.reply) {
            switch (question.operation) {
                case READ -> {
                    item.value = reply.await();
                    count(item.value.length);
                }
                case DIRECTORY -> addChildren(item, names(item, reply));
                default -> item.permissions = Operations.parsePermissions(item.path, reply.await());
            }
        } catch (XenStoreException e) {
            if (item == first || !e.is("ENOENT") && !e.is("EACCES")) {
                throw e;
            }
            item.leftOut = true;
        }
    }

    private List<String> names(Item item, Exchange.Reply reply) throws XenStoreException {
        try {
            return Payload.split(reply.await());
        } catch (XenStoreException e) {
            return store.listInParts(item.path, limits.bytes() - bytes, e);
        }
    }

    private void addChildren(Item item, List<String> names) throws XenStoreException {
        if (item.leftOut || names.isEmpty()) {
            return;
        }
        nodes += names.size();
        if (nodes > limits.nodes()) {
            throw tooBig("more than " + limits.nodes() + " nodes");
        }
        if (item.depth == limits.depth()) {
            throw tooBig("more than " + limits.depth() + " levels");
        }
        String prefix = item.path.equals("/") ? "/" : item.path + "/";
        for (String name : names) {
            count(name.length());
            Item child = new Item(prefix + name, item.depth + 1);
            item.children.add(child);
            unasked.add(child);
        }
    }

    private void count(int more) throws XenStoreException {
        bytes += more;
        if (bytes > limits.bytes()) {
            throw tooBig("more than " + limits.bytes() + " bytes");
        }
    }

    private XenStoreException tooBig(String what) {
        return new XenStoreException("E2BIG", "the subtree at '" + first.path + "' has " + what
                + ", the limit of this walk");
    }

    private List<XenStoreNode> inOrder() {
        List<XenStoreNode> found = new ArrayList<>();
        Deque<Item> stack = new ArrayDeque<>();
        stack.push(first);
        while (!stack.isEmpty()) {
            Item item = stack.pop();
            if (!item.leftOut) {
                found.add(new XenStoreNode(item.path, item.depth, item.value, item.permissions));
                for (int i = item.children.size() - 1; i >= 0; i--) {
                    stack.push(item.children.get(i));
                }
            }
        }
        return found;
    }
}
