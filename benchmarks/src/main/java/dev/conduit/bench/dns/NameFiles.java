package dev.conduit.bench.dns;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * The same names in the forms the programs read.
 *
 * @param zone a zone file
 * @param hosts like /etc/hosts
 * @param queries for dnsperf: every name once, in random order
 */
record NameFiles(Path zone, Path hosts, Path queries) {

    static final String ORIGIN = "bench.test.";

    private static final long SEED = 20261127;

    static NameFiles write(Path directory, int count) throws IOException {
        List<String> zone = new ArrayList<>(List.of(
                "$ORIGIN " + ORIGIN,
                "$TTL 60",
                "@ SOA ns hostmaster 1 3600 600 86400 60",
                "@ NS ns",
                "ns A 127.0.0.1"));
        List<String> hosts = new ArrayList<>();
        List<String> queries = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            String name = "service-" + i;
            String address = "10." + (i >> 16 & 255) + "." + (i >> 8 & 255) + "." + (i & 255);
            String full = name + "." + ORIGIN.substring(0, ORIGIN.length() - 1);
            zone.add(name + " A " + address);
            hosts.add(address + " " + full);
            queries.add(full + " A");
        }
        Collections.shuffle(queries, new Random(SEED));
        return new NameFiles(
                Files.write(directory.resolve("bench.zone"), zone),
                Files.write(directory.resolve("bench.hosts"), hosts),
                Files.write(directory.resolve("bench.queries"), queries));
    }
}
