package dev.conduit.xenstore.fuzz;

import dev.conduit.xenstore.wire.Message;
import dev.conduit.xenstore.wire.Operation;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** What one connection says and is owed: seven requests of ten rightly, the rest spoiled, few of them in their frame. */
final class Talker {

    private static final int TRANSACTIONS = 4;

    private final Random random;
    private final RequestMaker maker;
    private final Mutator mutator;
    private final Exchanges exchanges = new Exchanges();
    private final List<Integer> transactions = new ArrayList<>();

    Talker(Random random) {
        this.random = random;
        maker = new RequestMaker(random);
        mutator = new Mutator(random);
    }

    /** Bytes to send. */
    byte[] next() {
        Message message = maker.make(transactions);
        int how = random.nextInt(200);
        byte[] bytes = (how < 60 ? mutator.spoil(message) : message).encoded().array();
        if (how == 199) {
            bytes = mutator.spoilFrame(bytes);
        }
        exchanges.sent(bytes);
        return bytes;
    }

    /** Checks a message from the server. */
    void received(Message message) {
        exchanges.received(message);
        if (message.type() == Operation.TRANSACTION_START.code()) {
            String id = new String(message.payload(), 0, message.payload().length - 1, StandardCharsets.ISO_8859_1);
            transactions.add(Integer.parseUnsignedInt(id));
            if (transactions.size() > TRANSACTIONS) {
                transactions.remove(0);
            }
        }
    }

    Exchanges exchanges() {
        return exchanges;
    }
}
