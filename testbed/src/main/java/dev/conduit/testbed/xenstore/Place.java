package dev.conduit.testbed.xenstore;

import java.nio.file.Path;

/** Where these tests run; the scripts of the suite say so with system properties. */
final class Place {

    static final Path SOCKET = Path.of("/run/xenstored/socket");
    static final Path DEVICE = Path.of("/dev/xen/xenbus");

    private Place() {
    }

    /** Whether the server is oxenstored; otherwise it is C xenstored. */
    static boolean ocaml() {
        return switch (setting("conduit.testbed.store")) {
            case "c" -> false;
            case "ocaml" -> true;
            default -> throw new IllegalStateException("conduit.testbed.store is neither c nor ocaml");
        };
    }

    /** This guest's domain id. */
    static int domain() {
        return Integer.parseInt(setting("conduit.testbed.domain"));
    }

    static String setting(String name) {
        String value = System.getProperty(name);
        if (value == null) {
            throw new IllegalStateException("no system property " + name + ": these tests are started by testbed/run");
        }
        return value;
    }
}
