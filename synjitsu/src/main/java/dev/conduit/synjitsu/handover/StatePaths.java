package dev.conduit.synjitsu.handover;

import dev.conduit.core.DomainId;
import dev.conduit.rendezvous.directory.config.Readiness;
import dev.conduit.rendezvous.layout.ConduitNames;
import dev.conduit.rendezvous.layout.Layout;
import dev.conduit.xenstore.Permission;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.util.List;

/**
 * Where the state of a service's connections is: in dom0's home, where no guest can write. Below {@code /conduit} any guest
 * may take the name of a service that sleeps and would own what is below it, and under C xenstored, where every guest may
 * make names, every guest may remove all of {@code /conduit}.
 *
 * <pre>
 * /local/domain/0/data/synjitsu/&lt;name&gt;       dom0's; the service may read once it runs
 *     state                                  Turn of the front
 *     turn                                   Turn of the service: the only node it may write; outlives it
 *     tcpv4/&lt;n&gt;/{state,tcb,packets}          one connection; packets holds the early data, in pieces when it is long
 *     tcpv6/&lt;n&gt;/...
 *     guest                                  "up": a guest that is replayed to is there
 * /conduit/synjitsu/&lt;name&gt;                  all may see that there is a front for the service, also before it lets
 *                                            the service's domain in: what one may not read looks the same as nothing
 * </pre>
 */
final class StatePaths {

    static final String ROOT = "/local/domain/0/data/" + ConduitNames.SYNJITSU;
    static final String MARKS = Layout.name(ConduitNames.SYNJITSU);
    static final List<String> FAMILIES = List.of("tcpv4", "tcpv6");

    private StatePaths() {}

    /** @throws IllegalArgumentException when the name is none */
    static String service(String name) {
        return ROOT + "/" + ConduitNames.check(name);
    }

    static String mark(String name) {
        return MARKS + "/" + ConduitNames.check(name);
    }

    static String state(String name) {
        return service(name) + "/state";
    }

    static String family(String name, InetSocketAddress local) {
        return family(name, local.getAddress() instanceof Inet4Address);
    }

    static String family(String name, boolean ipv4) {
        return service(name) + "/" + FAMILIES.get(ipv4 ? 0 : 1);
    }

    static String turn(String name) {
        return service(name) + "/turn";
    }

    /** Where it shows that a guest that is replayed to is up; the directory looks there. */
    static String guest(String name) {
        return Readiness.replayed(ConduitNames.check(name));
    }

    /** Dom0's alone. */
    static List<Permission> closed() {
        return List.of(new Permission(Permission.Access.NONE, 0));
    }

    /** Dom0's, and everybody may read. */
    static List<Permission> visible() {
        return List.of(new Permission(Permission.Access.READ, 0));
    }

    /** Dom0's, and the service may do that. */
    static List<Permission> open(Permission.Access access, DomainId service) {
        return List.of(new Permission(Permission.Access.NONE, 0), new Permission(access, service.value()));
    }
}
