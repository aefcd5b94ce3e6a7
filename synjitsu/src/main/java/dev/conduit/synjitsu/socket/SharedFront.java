package dev.conduit.synjitsu.socket;

import dev.conduit.rendezvous.directory.config.ServiceSettings;
import dev.conduit.synjitsu.layer8.Hosts;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** A listening socket and the services behind it. Not thread-safe. */
final class SharedFront {

    private record Member(ServiceSettings service, Upstream upstream) {}

    private final Map<String, Member> members = new LinkedHashMap<>();
    private final SocketFront front;

    private SharedFront(SocketFront front) {
        this.front = front;
    }

    /** @param service the first one */
    static SharedFront open(InetSocketAddress endpoint, ServiceSettings service, Upstream upstream,
            SocketFrontOptions options, Consumer<String> notes) throws IOException {
        Member first = new Member(service, upstream);
        SharedFront shared = new SharedFront(SocketFront.open(endpoint, hosts(Map.of(service.name(), first)), options,
                note -> notes.accept(endpoint.getAddress().getHostAddress() + " port " + endpoint.getPort() + ": " + note)));
        shared.members.put(service.name(), first);
        return shared;
    }

    private static Hosts<Upstream> hosts(Map<String, Member> members) {
        Map<String, Upstream> named = new LinkedHashMap<>();
        Optional<Upstream> other = Optional.empty();
        boolean shared = false;
        for (Member member : members.values()) {
            member.service().sharing().hosts().forEach(host -> named.put(host, member.upstream()));
            shared |= !member.service().sharing().hosts().isEmpty();
            if (member.service().sharing().other()) {
                other = Optional.of(member.upstream());
            }
        }
        return shared ? Hosts.named(named, other) : Hosts.only(members.values().iterator().next().upstream());
    }

    void add(ServiceSettings service, Upstream upstream) {
        members.put(service.name(), new Member(service, upstream));
        front.serve(hosts(members));
    }

    /** Gives whether others are left; else it is closed. */
    boolean remove(String name) {
        members.remove(name);
        if (members.isEmpty()) {
            front.close();
            return false;
        }
        front.serve(hosts(members));
        return true;
    }

    void carry(Client client) {
        front.carry(client);
    }

    void close() {
        front.close();
    }
}
