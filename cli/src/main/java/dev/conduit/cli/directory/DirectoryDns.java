package dev.conduit.cli.directory;

import dev.conduit.rendezvous.directory.Directory;
import dev.conduit.rendezvous.directory.ServiceDns;
import dev.conduit.rendezvous.directory.config.DnsSettings;
import dev.conduit.rendezvous.resolver.HostId;
import dev.conduit.xenstore.XenStoreClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;

/** The DNS of a directory, when its configuration has one. */
final class DirectoryDns implements AutoCloseable {

    private final Optional<ServiceDns> dns;

    private DirectoryDns(Optional<ServiceDns> dns) {
        this.dns = dns;
    }

    static DirectoryDns start(Directory directory, XenStoreClient store) throws IOException {
        Optional<DnsSettings> settings = directory.configuration().dns();
        return new DirectoryDns(settings.isEmpty() ? Optional.empty()
                : Optional.of(ServiceDns.start(directory, settings.get(), hostId(store))));
    }

    /** As it was announced before, or else what this machine is called; guests tell their own host by it. */
    private static String hostId(XenStoreClient store) throws IOException {
        Optional<String> known = HostId.find(store);
        if (known.isPresent()) {
            return known.get();
        }
        String id = HostId.check(machine().split("\\.")[0]);
        HostId.announce(store, id);
        return id;
    }

    private static String machine() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException nameless) {
            return "host";
        }
    }

    /** For the line that says that all is ready. */
    String describe() {
        return dns.map(server -> ", DNS at " + server.addresses().get(0).getHostString() + " port "
                + server.addresses().get(0).getPort()).orElse("");
    }

    void follow() {
        dns.ifPresent(ServiceDns::follow);
    }

    @Override
    public void close() {
        dns.ifPresent(ServiceDns::close);
    }
}
