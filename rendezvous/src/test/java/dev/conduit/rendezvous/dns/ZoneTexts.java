package dev.conduit.rendezvous.dns;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.xbill.DNS.Master;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;

/** Zones for tests, as texts. */
final class ZoneTexts {

    static final Name LAB = name("lab.test.");

    /** A bit of everything. */
    static final String LAB_ZONE = """
            $TTL 300
            @          SOA   ns.lab.test. admin.lab.test. 7 3600 600 86400 60
            @          NS    ns
            @          TXT   "the lab"
            ns         A     192.0.2.1
            www        A     192.0.2.10
            www        A     192.0.2.11
            www        AAAA  2001:db8::10
            alias      CNAME www
            chain      CNAME alias
            loop1      CNAME loop2
            loop2      CNAME loop1
            self       CNAME self
            dangling   CNAME nowhere
            outside    CNAME www.example.org.
            outside2   CNAME tail.site.test.
            _http._tcp SRV   10 20 8080 www
            txt        TXT   "one" "two"
            ptr        PTR   www
            mail       MX    10 www
            *.wild     A     192.0.2.77
            *.wild     TXT   "any"
            host.wild  A     192.0.2.78
            a.b.c      A     192.0.2.79
            sub        NS    ns.sub
            sub        NS    ns.example.org.
            ns.sub     A     192.0.2.80
            ns.sub     AAAA  2001:db8::80
            *.calias   CNAME www
            """ + "big        TXT   \"" + "x".repeat(200) + "\"\n".repeat(1)
            + "big        TXT   \"" + "y".repeat(200) + "\"\n"
            + "big        TXT   \"" + "z".repeat(200) + "\"\n";

    private ZoneTexts() {}

    static Name name(String text) {
        try {
            return Name.fromString(text, Name.root);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static List<Record> records(Name origin, String text) {
        try (Master master = new Master(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)), origin, 300)) {
            List<Record> records = new ArrayList<>();
            for (Record next = master.nextRecord(); next != null; next = master.nextRecord()) {
                records.add(next);
            }
            return records;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Zone lab() {
        return Zone.of(LAB, records(LAB, LAB_ZONE));
    }
}
