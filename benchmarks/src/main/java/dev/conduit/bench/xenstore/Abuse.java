package dev.conduit.bench.xenstore;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** What a hostile guest does all the time. It owns {@link #OWN} and may write {@link #SHARED}. */
public enum Abuse {
    /** Asks on and on, and leaves replies and events where they are. */
    NEVER_READS("never reads", attack -> {
        RawConnection connection = attack.connect();
        connection.call(RawConnection.WATCH, 0, Abuse.SHARED + "\0token\0");
        while (true) {
            connection.add(RawConnection.READ, 0, Abuse.OWN + "\0");
        }
    }),
    /** Fifty connections with a message each that takes minutes to come. */
    ONE_BYTE_A_SECOND("one byte a second", attack -> {
        List<SocketChannel> channels = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            channels.add(attack.open());
        }
        ByteBuffer message = message(RawConnection.WRITE, new byte[200]);
        while (message.hasRemaining()) {
            ByteBuffer next = message.slice(message.position(), 1);
            for (SocketChannel channel : channels) {
                channel.write(next.duplicate());
            }
            message.position(message.position() + 1);
            attack.pause(1000);
        }
    }),
    /** Ends in the middle of a message. */
    HALF_MESSAGES("half messages", attack -> {
        try (SocketChannel channel = attack.open()) {
            channel.write(message(RawConnection.WRITE, new byte[4000]).limit(2000));
        }
    }),
    /** Writes as fast as it can, a hundred requests in flight. */
    WRITE_STORM("write storm", attack -> {
        RawConnection connection = attack.connect();
        for (int i = 0; i < 100; i++) {
            connection.add(RawConnection.WRITE, 0, Abuse.OWN + "/" + i % 10 + "\0" + i);
        }
        attack.exchange(connection, 100);
    }),
    /** Changes what others' transactions read, in transactions and without. */
    TRANSACTION_STORM("transactions in conflict", attack -> {
        RawConnection connection = attack.connect();
        String transaction = connection.call(RawConnection.TRANSACTION_START, 0, "\0");
        int id = Integer.parseInt(transaction);
        connection.add(RawConnection.READ, id, Abuse.COUNTER + "\0");
        connection.add(RawConnection.WRITE, id, Abuse.COUNTER + "\0by the guest");
        connection.add(RawConnection.TRANSACTION_END, id, "T\0");
        for (int i = 0; i < 10; i++) {
            connection.add(RawConnection.WRITE, 0, Abuse.COUNTER + "\0" + i);
        }
        attack.exchange(connection, 13);
    }),
    /** As many watches as it gets, with the longest tokens, on what others change; then all anew. */
    WATCH_FLOOD("watches with long tokens", attack -> {
        RawConnection connection = attack.connect();
        String token = "t".repeat(1900);
        for (int i = 0; i < 150; i++) {
            connection.add(RawConnection.WATCH, 0, Abuse.SHARED + "\0" + i + token + "\0");
        }
        attack.exchange(connection, 150);
        connection.add(Abuse.RESET_WATCHES, 0, "\0");
        attack.exchange(connection, 1);
    }),
    /** Nine hundred levels, made and removed. */
    DEEP_TREES("deep trees", attack -> {
        RawConnection connection = attack.connect();
        connection.add(RawConnection.WRITE, 0, Abuse.OWN + "/a".repeat(900) + "\0");
        connection.add(RawConnection.RM, 0, Abuse.OWN + "/a\0");
        attack.exchange(connection, 2);
    }),
    /** A directory as large as it gets, listed and removed. */
    HUGE_DIRECTORY("huge directory", attack -> {
        RawConnection connection = attack.connect();
        for (int i = 0; i < 1100; i++) {
            connection.add(RawConnection.WRITE, 0, Abuse.OWN + "/d/" + i + "\0");
        }
        connection.add(Abuse.DIRECTORY, 0, Abuse.OWN + "/d\0");
        connection.add(RawConnection.RM, 0, Abuse.OWN + "/d\0");
        attack.exchange(connection, 1102);
    }),
    /** Requests of any type with any bytes; in the end one that is too long. */
    MALFORMED("malformed messages", attack -> {
        Random random = new Random(1);
        RawConnection connection = attack.connect();
        for (int i = 0; i < 200; i++) {
            StringBuilder payload = new StringBuilder();
            for (int length = random.nextInt(100); length > 0; length--) {
                payload.append((char) random.nextInt(256));
            }
            connection.add(random.nextInt(40), 0, payload.toString());
        }
        attack.exchange(connection, 200);
        try (SocketChannel channel = attack.open()) {
            channel.write(message(RawConnection.WRITE, new byte[5000]));
        }
    }),
    /** Connects and is gone. */
    CONNECT_FLOOD("connections that come and go", attack -> {
        List<SocketChannel> channels = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            channels.add(attack.open());
        }
        for (SocketChannel channel : channels) {
            channel.close();
        }
    });

    static final String OWN = "/guest";
    static final String SHARED = "/shared";
    static final String COUNTER = "/shared/counter";
    static final int DIRECTORY = 1;
    static final int RESET_WATCHES = 21;

    /** One round; runs again until the attack ends. */
    @FunctionalInterface
    interface Round {

        void run(Attack attack) throws IOException;
    }

    private final String label;
    private final Round round;

    Abuse(String label, Round round) {
        this.label = label;
        this.round = round;
    }

    String label() {
        return label;
    }

    Round round() {
        return round;
    }

    private static ByteBuffer message(int operation, byte[] payload) {
        return ByteBuffer.allocate(16 + payload.length).order(ByteOrder.nativeOrder())
                .putInt(operation).putInt(0).putInt(0).putInt(payload.length).put(payload).flip();
    }
}
