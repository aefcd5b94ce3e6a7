package dev.conduit.rendezvous.dns;

import static dev.conduit.rendezvous.dns.ZoneTexts.LAB;
import static dev.conduit.rendezvous.dns.ZoneTexts.name;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.Type;

/** What a zone takes, refuses and finds. */
class ZoneTest {

    @TempDir
    private Path directory;

    private final ZoneMatch match = new ZoneMatch();

    private ZoneMatch.Kind find(Zone zone, String text) {
        return zone.find(LookupName.of(name(text)), Type.A, match).kind();
    }

    @Test
    void shouldTellNamesApart() {
        Zone zone = ZoneTexts.lab();
        assertThat(find(zone, "www.lab.test")).isEqualTo(ZoneMatch.Kind.NAME);
        assertThat(find(zone, "WWW.Lab.TEST")).isEqualTo(ZoneMatch.Kind.NAME);
        assertThat(find(zone, "lab.test")).isEqualTo(ZoneMatch.Kind.NAME);
        assertThat(find(zone, "b.c.lab.test")).as("exists for a.b.c").isEqualTo(ZoneMatch.Kind.NAME);
        assertThat(ZoneNodes.hasSets(zone.nodes(), match.node())).isFalse();
        assertThat(find(zone, "nothing.lab.test")).isEqualTo(ZoneMatch.Kind.NONE);
        assertThat(find(zone, "x.wild.lab.test")).isEqualTo(ZoneMatch.Kind.WILDCARD);
        assertThat(find(zone, "x.y.wild.lab.test")).isEqualTo(ZoneMatch.Kind.WILDCARD);
        assertThat(find(zone, "x.host.wild.lab.test")).as("host is closer").isEqualTo(ZoneMatch.Kind.NONE);
        assertThat(find(zone, "sub.lab.test")).isEqualTo(ZoneMatch.Kind.DELEGATED);
        assertThat(find(zone, "ns.sub.lab.test")).isEqualTo(ZoneMatch.Kind.DELEGATED);
        assertThat(find(zone, "x.y.sub.lab.test")).isEqualTo(ZoneMatch.Kind.DELEGATED);
        assertThat(match.label()).isEqualTo(2);
    }

    @Test
    void shouldFindEveryNameOfManyAndNoOther() {
        List<Record> records = new ArrayList<>();
        for (int i = 0; i < 5000; i++) {
            records.add(new ARecord(name("n" + i + ".lab.test"), DClass.IN, 60, new byte[] {10, 0, (byte) (i >> 8), (byte) i}));
        }
        Zone zone = Zone.of(LAB, records);
        assertThat(zone.names()).isEqualTo(5001);
        for (int i = 0; i < 5000; i++) {
            assertThat(find(zone, "n" + i + ".lab.test")).isEqualTo(ZoneMatch.Kind.NAME);
            assertThat(find(zone, "m" + i + ".lab.test")).isEqualTo(ZoneMatch.Kind.NONE);
        }
    }

    @Test
    void shouldLoadZoneFile() throws IOException {
        Path file = Files.writeString(directory.resolve("lab.zone"),
                ZoneTexts.LAB_ZONE + "$GENERATE 1-3 node$ A 10.0.0.$\n");
        Zone zone = Zone.load(file, LAB);
        assertThat(zone.origin()).isEqualTo(LAB);
        assertThat(find(zone, "node3.lab.test")).isEqualTo(ZoneMatch.Kind.NAME);
        assertThat(zone.names()).isEqualTo(ZoneTexts.lab().names() + 3);
    }

    @Test
    void shouldNameFileAndLineOfMistake() throws IOException {
        Path file = Files.writeString(directory.resolve("bad.zone"),
                "$TTL 60\n@ SOA ns a 1 1 1 1 1\nwww A 192.0.2.300\n");
        assertThatThrownBy(() -> Zone.load(file, LAB)).isInstanceOf(IOException.class)
                .hasMessageContaining("bad.zone:3: ").hasMessageContaining("192.0.2.300");
    }

    @Test
    void shouldRefuseMissingFile() {
        assertThatThrownBy(() -> Zone.load(directory.resolve("none"), LAB)).isInstanceOf(NoSuchFileException.class);
    }

    @Test
    void shouldRefuseWhatIsNoZone() throws IOException {
        assertRefused("www A 192.0.2.1\n", "there is no SOA record for lab.test.");
        assertRefused("@ SOA ns a 1 1 1 1 1\n@ SOA ns a 2 1 1 1 1\n", "lab.test. SOA is the second one of the zone");
        assertRefused("www SOA ns a 1 1 1 1 1\n", "www.lab.test. SOA is not at the top of the zone lab.test.");
        assertRefused("@ SOA ns a 1 1 1 1 1\nwww.example.org. A 192.0.2.1\n",
                "www.example.org. A is not in the zone lab.test.");
        assertRefused("@ SOA ns a 1 1 1 1 1\nwww CH TXT x\n", "www.lab.test. TXT has class CH, not IN");
        assertRefused("@ SOA ns a 1 1 1 1 1\nwww DNAME x\n", "www.lab.test. DNAME is of a type that is not served");
        assertRefused("@ SOA ns a 1 1 1 1 1\nwww CNAME a\nwww A 192.0.2.1\n",
                "www.lab.test. has a CNAME and other records");
        assertRefused("@ SOA ns a 1 1 1 1 1\nwww CNAME a\nwww CNAME b\n", "www.lab.test. has a CNAME and other records");
        assertThatThrownBy(() -> Zone.of(Name.fromString("lab.test"), List.of()))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("does not end with a dot");
    }

    private void assertRefused(String text, String reason) throws IOException {
        Path file = Files.writeString(directory.resolve("zone"), "$TTL 60\n" + text);
        assertThatThrownBy(() -> Zone.load(file, LAB)).isInstanceOf(IOException.class).hasMessage(file + ": " + reason);
    }

    @Test
    void shouldRefuseSetTooLargeForMessage() {
        StringBuilder text = new StringBuilder("@ SOA ns a 1 1 1 1 1\n");
        for (int i = 0; i < 150; i++) {
            text.append("t TXT \"").append(i).append("x".repeat(250 - 3)).append("\"\n");
        }
        assertThatThrownBy(() -> Zone.of(LAB, ZoneTexts.records(LAB, text.toString())))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("the TXT records of t.lab.test. take").hasMessageContaining("more than 32767");
    }

    @Test
    void shouldGiveAllRecordsOfASetTheLowestTtl() {
        Zone zone = Zone.of(LAB, ZoneTexts.records(LAB, "www 300 A 192.0.2.1\nwww 20 A 192.0.2.2\nwww 20 A 192.0.2.2\n"));
        zone.find(LookupName.of(name("www.lab.test")), Type.A, match);
        RrSet set = new RrSet();
        assertThat(ZoneNodes.find(zone.nodes(), match.node(), Type.A, set)).isTrue();
        assertThat(set.count()).isEqualTo(2);
        assertThat(Wire.u32(set.bytes(), set.offset() + 2 + Wire.TTL)).isEqualTo(20);
        assertThat(Wire.u32(set.bytes(), set.offset() + 16 + 2 + Wire.TTL)).isEqualTo(20);
    }

    @Test
    void shouldHoldHundredThousandNamesInFewMegabytes() {
        List<Record> records = new ArrayList<>();
        for (int i = 0; i < 100_000; i++) {
            records.add(new ARecord(name("service-" + i + ".lab.test"), DClass.IN, 60,
                    new byte[] {10, (byte) (i >> 16), (byte) (i >> 8), (byte) i}));
        }
        Zone zone = Zone.of(LAB, records);
        assertThat(zone.names()).isEqualTo(100_001);
        assertThat(zone.bytes()).as("bytes").isLessThan(12_000_000);
    }
}
