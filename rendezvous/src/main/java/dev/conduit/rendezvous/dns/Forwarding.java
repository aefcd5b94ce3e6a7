package dev.conduit.rendezvous.dns;

import java.net.InetAddress;
import java.util.List;

/**
 * Who may ask for names of others, and who is asked for them.
 *
 * @param lookups null: nobody is asked
 * @param clients who may
 */
record Forwarding(Lookups lookups, List<ClientNetwork> clients) {

    static final Forwarding NONE = new Forwarding(null, List.of());

    boolean allows(InetAddress client) {
        return lookups != null && ClientNetwork.anyContains(clients, client);
    }
}
