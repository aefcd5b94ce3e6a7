package dev.conduit.bench.dns;

import dev.conduit.rendezvous.dns.DnsAnswer;
import dev.conduit.rendezvous.dns.DnsOptions;
import dev.conduit.rendezvous.dns.DnsServer;
import dev.conduit.rendezvous.dns.Zone;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.xbill.DNS.Master;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.Type;

/** Our server in a process of its own, until standard input ends. */
final class ServerMain {

    private ServerMain() {}

    public static void main(String[] args) throws IOException {
        Path file = Path.of(args[1]);
        Name origin = Name.fromString(NameFiles.ORIGIN);
        DnsOptions options = DnsOptions.defaults().withListen(
                List.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(args[2]))));
        options = args[0].equals("zone") ? options.withZone(Zone.load(file, origin)) : live(options, file, origin);
        try (DnsServer server = DnsServer.start(options)) {
            System.out.println("listening on " + server.addresses());
            while (System.in.read() >= 0) {
                // The other process has more to measure.
            }
        }
    }

    /** The same names, known only to a source. */
    private static DnsOptions live(DnsOptions options, Path file, Name origin) throws IOException {
        Map<Name, DnsAnswer> answers = new HashMap<>();
        try (Master master = new Master(file.toString(), origin)) {
            for (Record next = master.nextRecord(); next != null; next = master.nextRecord()) {
                if (next.getType() == Type.A) {
                    answers.put(next.getName(), DnsAnswer.of(List.of(next)));
                }
            }
        }
        return options.withZone(Zone.of(origin, List.of()), (name, type) ->
                CompletableFuture.completedFuture(answers.getOrDefault(name, DnsAnswer.noSuchName())));
    }
}
