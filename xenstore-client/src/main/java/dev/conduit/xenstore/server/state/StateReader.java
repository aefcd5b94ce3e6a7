package dev.conduit.xenstore.server.state;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;

/** Reads a state, from whoever wrote it: all of it is checked, and nothing is kept of one that is wrong. */
public final class StateReader {

    private final RecordReader in;
    private final StoreBuilder store;
    private final List<ServerState.Listener> listeners = new ArrayList<>();
    private final List<ServerState.Connection> connections = new ArrayList<>();
    private ConnectionBuilder connection;

    private StateReader(RecordReader in) {
        this.in = in;
        this.store = new StoreBuilder(in);
    }

    /**
     * Reads up to the end record.
     *
     * @param in where from, better buffered; not closed
     * @return the state
     * @throws StateException naming the byte at which the bytes are wrong or missing
     * @throws IOException by the stream
     */
    public static ServerState read(InputStream in) throws IOException {
        return new StateReader(new RecordReader(in)).read();
    }

    /**
     * Reads a whole file, in which nothing may follow and no connection stand.
     *
     * @param in where from, better buffered; not closed
     * @return the state
     * @throws StateException naming the byte at which the bytes are wrong or missing
     * @throws IOException by the stream
     */
    public static ServerState readFile(InputStream in) throws IOException {
        RecordReader records = new RecordReader(in);
        ServerState state = new StateReader(records).read();
        if (!state.listeners().isEmpty() || !state.connections().isEmpty()) {
            throw records.problem("a state of connections that were open, which no file holds");
        }
        records.requireEnd();
        return state;
    }

    private ServerState read() throws IOException {
        try {
            RecordType type = in.next();
            if (type != RecordType.STORE) {
                throw in.problem("the first record is of type " + type + ", not STORE");
            }
            store.begin();
            for (type = in.next(); type != RecordType.END; type = in.next()) {
                take(type);
            }
            endConnection();
            return new ServerState(store.build(), List.copyOf(listeners), List.copyOf(connections));
        } catch (IllegalArgumentException e) {
            throw in.problem(e.getMessage());
        }
    }

    private void take(RecordType type) throws StateException {
        switch (type) {
            case PERMISSIONS -> store.permissions();
            case NODE -> store.node();
            case SPECIAL -> store.special();
            case DOMAIN -> store.domain();
            case LIMIT -> store.limit();
            case LISTENER -> {
                int domain = in.get32();
                if (domain < ServerState.SUCCESSOR || domain > 0xFFFF) {
                    throw in.problem("domain " + domain + " is not between 0 and 65535");
                }
                listeners.add(new ServerState.Listener(in.getText(), domain));
            }
            case CONNECTION -> {
                endConnection();
                connection = new ConnectionBuilder(in);
            }
            default -> {
                if (connection == null) {
                    throw in.problem("a record of type " + type + " belongs to no connection");
                }
                connection.take(type);
            }
        }
    }

    private void endConnection() {
        if (connection != null) {
            connections.add(connection.build());
        }
    }
}
