package dev.conduit.bench.xenstore;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * What a toolstack does to give each of many guests a network device, for all guests at once: the front-end's and the
 * back-end's nodes in one transaction each. Every set-up has a connection and one request in flight; all of them
 * advance by one request in turn, so that all transactions overlap. One that conflicts begins again at once.
 */
final class DeviceSetUps {

    /** One set-up on its own connection. */
    private static final class SetUp {
        private final RawConnection connection;
        private final List<String> writes;
        private int transaction;
        /** 0 starts the transaction, then the writes, then the commit. */
        private int step;

        SetUp(RawConnection connection, int guest) {
            this.connection = connection;
            writes = writes(guest);
        }

        void send() throws IOException {
            if (step == 0) {
                connection.add(RawConnection.TRANSACTION_START, 0, "\0");
            } else if (step <= writes.size()) {
                connection.add(RawConnection.WRITE, transaction, writes.get(step - 1));
            } else {
                connection.add(RawConnection.TRANSACTION_END, transaction, "T\0");
            }
            connection.flush();
        }

        /** Takes the reply; true when the whole set-up is done. */
        boolean advance(Outcome outcome) throws IOException {
            RawConnection.Reply reply = connection.receive();
            boolean committing = step > writes.size();
            if (reply.error()) {
                if (!committing || !reply.payload().equals("EAGAIN")) {
                    throw new IOException("device set-up refused: " + reply.payload());
                }
                outcome.conflicts++;
                step = 0;
                return false;
            }
            if (step == 0) {
                transaction = Integer.parseUnsignedInt(reply.payload());
            }
            step++;
            return committing;
        }
    }

    /** How it went. */
    static final class Outcome {
        private int conflicts;
        private double millis;

        /** Commits that were answered by EAGAIN. */
        int conflicts() {
            return conflicts;
        }

        double millis() {
            return millis;
        }
    }

    private DeviceSetUps() {}

    /** Sets up a device for each of so many guests of a fresh range of domain ids. */
    static Outcome run(RunningServer server, int firstGuest, int guests) throws IOException {
        Outcome outcome = new Outcome();
        try (Holdings holdings = new Holdings()) {
            List<SetUp> open = new ArrayList<>();
            for (int i = 0; i < guests; i++) {
                open.add(new SetUp(holdings.add(server.connect()), firstGuest + i));
            }
            long begin = System.nanoTime();
            while (!open.isEmpty()) {
                for (SetUp setUp : open) {
                    setUp.send();
                }
                List<SetUp> left = new ArrayList<>();
                for (SetUp setUp : open) {
                    if (!setUp.advance(outcome)) {
                        left.add(setUp);
                    }
                }
                open = left;
            }
            outcome.millis = (System.nanoTime() - begin) / 1e6;
        }
        return outcome;
    }

    private static List<String> writes(int guest) {
        String front = "/local/domain/" + guest + "/device/vif/0";
        String back = "/local/domain/0/backend/vif/" + guest + "/0";
        List<String> writes = new ArrayList<>();
        for (String entry : List.of("backend\0" + back, "backend-id\0" + "0", "state\0" + "1", "handle\0" + "0",
                "mac\0" + "00:16:3e:00:00:01")) {
            writes.add(front + "/" + entry);
        }
        for (String entry : List.of("frontend\0" + front, "frontend-id\0" + guest, "online\0" + "1", "state\0" + "1",
                "script\0" + "/etc/xen/scripts/vif-bridge", "bridge\0" + "xenbr0", "handle\0" + "0")) {
            writes.add(back + "/" + entry);
        }
        return writes;
    }
}
