package dev.conduit.rendezvous.directory.config;

import dev.conduit.rendezvous.directory.config.Node.Section;
import dev.conduit.rendezvous.directory.config.ServiceSettings.Receive;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** That a front can tell by address, port or host which service a client wants, and can carry what is to be carried. */
final class SharingCheck {

    private static final String OTHER = "";

    private final FrontSettings.Kind front;
    private final List<Problem> problems;
    /** The first service at each address and port, and who has which host there; with their lines. */
    private final Map<String, Boolean> shared = new HashMap<>();
    private final Map<String, Integer> lines = new HashMap<>();

    SharingCheck(FrontSettings.Kind front, List<Problem> problems) {
        this.front = front;
        this.problems = problems;
    }

    void check(ServiceSettings service, Section section) {
        if (isTcp() && !service.ports().isEmpty()) {
            service.addresses().forEach(address -> alone(service, section, address.getHostAddress()));
        }
        if (service.receive() == Receive.CONDUIT) {
            if (!service.addresses().isEmpty() && isTcp() && front != FrontSettings.Kind.TAP) {
                problems.add(new Problem(section.lineOf("receive"), "'receive: conduit' needs a front of kind tap or socket, not '"
                        + front.name().toLowerCase(Locale.ROOT) + "'"));
            }
            for (InetAddress address : service.addresses()) {
                for (int port : service.ports()) {
                    check(service, section, address.getHostAddress() + " port " + port);
                }
            }
        }
    }

    private boolean isTcp() {
        return front == FrontSettings.Kind.TAP || front == FrontSettings.Kind.BRIDGE || front == FrontSettings.Kind.TUN;
    }

    /** A TCP front has an address for one service. */
    private void alone(ServiceSettings service, Section section, String address) {
        Boolean first = shared.putIfAbsent(address, service.sharing().isShared());
        Integer line = lines.putIfAbsent(address, section.lineOf("name"));
        if (first != null && !(first && service.sharing().isShared())) {
            problems.add(new Problem(section.lineOf("addresses"), address + " is taken by the service on line " + line
                    + ": a front of kind " + front.name().toLowerCase(Locale.ROOT) + " has an address for one service, with tap"
                    + " also for several with 'receive: conduit' and 'hosts' or 'default: true' each"));
        }
    }

    private void check(ServiceSettings service, Section section, String endpoint) {
        Boolean first = shared.putIfAbsent(endpoint, service.sharing().isShared());
        Integer line = lines.putIfAbsent(endpoint, section.lineOf("name"));
        if (first != null && !(first && service.sharing().isShared())) {
            problems.add(new Problem(section.lineOf("ports"), endpoint + " is taken by the service on line " + line
                    + ": two need 'hosts' or 'default: true' each"));
            return;
        }
        for (String host : service.sharing().hosts()) {
            unique(section.lineOf("hosts"), endpoint, host, "host '" + host + "'");
        }
        if (service.sharing().other()) {
            unique(section.lineOf("default"), endpoint, OTHER, "'default'");
        }
    }

    private void unique(int line, String endpoint, String host, String what) {
        Integer earlier = lines.putIfAbsent(endpoint + " " + host, line);
        if (earlier != null) {
            problems.add(new Problem(line, what + " at " + endpoint + " is there already, on line " + earlier));
        }
    }
}
