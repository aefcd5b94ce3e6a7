package dev.conduit.xenstore.fuzz;

import dev.conduit.xenstore.wire.Message;
import dev.conduit.xenstore.wire.Operation;
import dev.conduit.xenstore.wire.Payload;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Requests of every operation that could be meant: what a connection says that knows the protocol. */
final class RequestMaker {

    /** The domains that play. */
    static final int[] DOMAINS = {0, 5, 6, 7};

    private static final Operation[] NODES = {Operation.READ, Operation.WRITE, Operation.WRITE, Operation.WRITE,
        Operation.MKDIR, Operation.RM, Operation.DIRECTORY, Operation.DIRECTORY_PART, Operation.GET_PERMS,
        Operation.SET_PERMS};
    private static final Operation[] SESSION = {Operation.WATCH, Operation.WATCH, Operation.UNWATCH,
        Operation.TRANSACTION_START, Operation.TRANSACTION_END, Operation.TRANSACTION_END};
    private static final Operation[] OTHERS = {Operation.CONTROL, Operation.INTRODUCE, Operation.RELEASE,
        Operation.GET_DOMAIN_PATH, Operation.IS_DOMAIN_INTRODUCED, Operation.RESUME, Operation.SET_TARGET,
        Operation.RESET_WATCHES, Operation.GET_FEATURE, Operation.SET_FEATURE, Operation.GET_QUOTA,
        Operation.SET_QUOTA};
    private static final String[] QUOTAS = {"nodes", "watches", "outstanding", "memory", "soft-memory", "transactions",
        "transaction-nodes", "node-permissions", "path-max", "node-size"};
    private static final String LETTERS = "nrwb";

    private final Random random;
    private int lastRequest;

    RequestMaker(Random random) {
        this.random = random;
    }

    /** @param transactions ids the connection was given, possibly ended by now; some requests carry one */
    Message make(List<Integer> transactions) {
        int kind = random.nextInt(40);
        Operation operation = kind < 28 ? pick(NODES) : kind < 38 ? pick(SESSION) : pick(OTHERS);
        boolean inside = kind < 28 && random.nextInt(3) == 0 || operation == Operation.TRANSACTION_END;
        int transaction = inside && !transactions.isEmpty()
                ? transactions.get(random.nextInt(transactions.size())) : 0;
        return Message.of(operation, ++lastRequest, transaction, payload(operation));
    }

    private byte[] payload(Operation operation) {
        return switch (operation) {
            case WRITE -> Payload.stringAndBytes(path(), value());
            case READ, MKDIR, RM, DIRECTORY, GET_PERMS -> Payload.strings(path());
            case DIRECTORY_PART -> Payload.strings(path(), "" + random.nextInt(20));
            case SET_PERMS -> permissions();
            case WATCH -> random.nextInt(3) == 0 ? Payload.strings(watched(), token(), "" + random.nextInt(3))
                    : Payload.strings(watched(), token());
            case UNWATCH -> Payload.strings(watched(), token());
            case TRANSACTION_END -> Payload.strings(random.nextInt(4) > 0 ? "T" : "F");
            case CONTROL -> Payload.strings(random.nextBoolean() ? new String[] {"check"}
                    : new String[] {"quota", "" + domain()});
            case INTRODUCE -> Payload.strings("" + domain(), "1", "1");
            case RELEASE, GET_DOMAIN_PATH, IS_DOMAIN_INTRODUCED, RESUME -> Payload.strings("" + domain());
            case SET_TARGET -> Payload.strings("" + domain(), "" + domain());
            case GET_FEATURE -> random.nextBoolean() ? new byte[0] : Payload.strings("" + domain());
            case SET_FEATURE -> Payload.strings("" + domain(), "" + random.nextInt(16));
            case GET_QUOTA -> random.nextBoolean() ? new byte[0] : Payload.strings(pick(QUOTAS));
            case SET_QUOTA -> Payload.strings("" + domain(), pick(QUOTAS), "" + (1 << random.nextInt(20)));
            default -> new byte[1];
        };
    }

    private byte[] value() {
        byte[] value = new byte[random.nextInt(random.nextInt(20) == 0 ? 2100 : 12)];
        random.nextBytes(value);
        return value;
    }

    private byte[] permissions() {
        List<String> strings = new ArrayList<>(List.of(path()));
        for (int i = 1 + random.nextInt(3); i > 0; i--) {
            strings.add("" + LETTERS.charAt(random.nextInt(4)) + domain());
        }
        return Payload.strings(strings.toArray(String[]::new));
    }

    private int domain() {
        return DOMAINS[random.nextInt(DOMAINS.length)];
    }

    private String token() {
        return random.nextInt(50) == 0 ? "t".repeat(random.nextInt(4000)) : "t" + random.nextInt(3);
    }

    private String watched() {
        return switch (random.nextInt(10)) {
            case 0 -> "@introduceDomain";
            case 1 -> "@releaseDomain";
            case 2 -> "/";
            default -> path();
        };
    }

    /** Few names, so that connections meet; now and then a very deep or long path. */
    private String path() {
        StringBuilder path = new StringBuilder(switch (random.nextInt(6)) {
            case 0 -> "/local/domain/" + domain();
            case 1 -> "r";
            default -> "/fuzz";
        });
        int depth = random.nextInt(60) == 0 ? random.nextInt(300) : random.nextInt(4);
        for (int i = 0; i < depth; i++) {
            path.append('/').append("abc".charAt(random.nextInt(3)));
        }
        if (random.nextInt(40) == 0) {
            path.append("/").append("x".repeat(random.nextInt(3100)));
        }
        return path.toString();
    }

    private <T> T pick(T[] from) {
        return from[random.nextInt(from.length)];
    }
}
