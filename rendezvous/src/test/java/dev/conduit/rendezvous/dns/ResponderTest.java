package dev.conduit.rendezvous.dns;

import static dev.conduit.rendezvous.dns.ZoneTexts.LAB;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.xbill.DNS.DClass;
import org.xbill.DNS.ExtendedFlags;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Opcode;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.TSIG;
import org.xbill.DNS.Type;

/** Replies from static zones, as the RFCs want them. */
class ResponderTest {

    private static final String SOA = "lab.test. 60 SOA ns.lab.test. admin.lab.test. 7 3600 600 86400 60";

    private final Ask ask = Ask.of(new ServedZone(ZoneTexts.lab(), null));

    private static int rcode(Message reply) {
        return reply.getRcode();
    }

    @Test
    void shouldAnswerEachType() {
        assertAnswer("www.lab.test", Type.A, "www.lab.test. 300 A 192.0.2.10", "www.lab.test. 300 A 192.0.2.11");
        assertAnswer("www.lab.test", Type.AAAA, "www.lab.test. 300 AAAA 2001:db8:0:0:0:0:0:10");
        assertAnswer("_http._tcp.lab.test", Type.SRV, "_http._tcp.lab.test. 300 SRV 10 20 8080 www.lab.test.");
        assertAnswer("txt.lab.test", Type.TXT, "txt.lab.test. 300 TXT one two");
        assertAnswer("ptr.lab.test", Type.PTR, "ptr.lab.test. 300 PTR www.lab.test.");
        assertAnswer("mail.lab.test", Type.MX, "mail.lab.test. 300 MX 10 www.lab.test.");
        assertAnswer("lab.test", Type.NS, "lab.test. 300 NS ns.lab.test.");
        assertAnswer("lab.test", Type.SOA, "lab.test. 300 SOA ns.lab.test. admin.lab.test. 7 3600 600 86400 60");
    }

    private Message assertAnswer(String name, int type, String... answers) {
        Message reply = ask.udp(name, type);
        assertThat(rcode(reply)).isEqualTo(Rcode.NOERROR);
        assertThat(reply.getHeader().getFlag(Flags.AA)).isTrue();
        assertThat(Ask.texts(reply, Section.ANSWER)).containsExactlyInAnyOrder(answers);
        assertThat(reply.getSection(Section.AUTHORITY)).isEmpty();
        return reply;
    }

    @Test
    void shouldCopyIdFlagsAndSpelling() throws IOException {
        Message query = Ask.query("wWw.LaB.tEsT", Type.A);
        query.getHeader().setID(0xBEEF);
        byte[] reply = ask.bytes(query.toWire(), true);
        Message read = new Message(reply);
        assertThat(read.getHeader().getID()).isEqualTo(0xBEEF);
        assertThat(read.getHeader().getFlag(Flags.QR)).isTrue();
        assertThat(read.getHeader().getFlag(Flags.RD)).isTrue();
        assertThat(read.getHeader().getFlag(Flags.RA)).isFalse();
        assertThat(read.getQuestion().getName().toString()).isEqualTo("wWw.LaB.tEsT.");
        assertThat(read.getSection(Section.ANSWER)).hasSize(2)
                .allSatisfy(each -> assertThat(each.getName().toString()).isEqualTo("wWw.LaB.tEsT."));
        query.getHeader().unsetFlag(Flags.RD);
        assertThat(ask.udp(query).getHeader().getFlag(Flags.RD)).isFalse();
    }

    @Test
    void shouldTellMissingTypeFromMissingName() {
        Message noData = ask.udp("www.lab.test", Type.TXT);
        assertThat(rcode(noData)).isEqualTo(Rcode.NOERROR);
        assertThat(noData.getSection(Section.ANSWER)).isEmpty();
        assertThat(Ask.texts(noData, Section.AUTHORITY)).containsExactly(SOA);
        Message noName = ask.udp("nothing.at.all.lab.test", Type.A);
        assertThat(rcode(noName)).isEqualTo(Rcode.NXDOMAIN);
        assertThat(Ask.texts(noName, Section.AUTHORITY)).containsExactly(SOA);
        assertThat(noName.getHeader().getFlag(Flags.AA)).isTrue();
        assertThat(rcode(ask.udp("c.lab.test", Type.A))).as("a.b.c exists below").isEqualTo(Rcode.NOERROR);
    }

    @Test
    void shouldSynthesizeFromWildcards() {
        assertAnswer("x.wild.lab.test", Type.A, "x.wild.lab.test. 300 A 192.0.2.77");
        assertAnswer("x.y.wild.lab.test", Type.A, "x.y.wild.lab.test. 300 A 192.0.2.77");
        assertAnswer("*.wild.lab.test", Type.A, "*.wild.lab.test. 300 A 192.0.2.77");
        assertAnswer("host.wild.lab.test", Type.A, "host.wild.lab.test. 300 A 192.0.2.78");
        assertAnswer("x.calias.lab.test", Type.AAAA, "x.calias.lab.test. 300 CNAME www.lab.test.",
                "www.lab.test. 300 AAAA 2001:db8:0:0:0:0:0:10");
        assertThat(rcode(ask.udp("host.wild.lab.test", Type.TXT))).isEqualTo(Rcode.NOERROR);
        assertThat(ask.udp("host.wild.lab.test", Type.TXT).getSection(Section.ANSWER)).isEmpty();
        assertThat(rcode(ask.udp("x.host.wild.lab.test", Type.A))).isEqualTo(Rcode.NXDOMAIN);
    }

    @Test
    void shouldFollowAliases() {
        assertAnswer("chain.lab.test", Type.AAAA, "chain.lab.test. 300 CNAME alias.lab.test.",
                "alias.lab.test. 300 CNAME www.lab.test.", "www.lab.test. 300 AAAA 2001:db8:0:0:0:0:0:10");
        assertAnswer("chain.lab.test", Type.CNAME, "chain.lab.test. 300 CNAME alias.lab.test.");
        assertAnswer("outside.lab.test", Type.A, "outside.lab.test. 300 CNAME www.example.org.");
        Message dangling = ask.udp("dangling.lab.test", Type.A);
        assertThat(rcode(dangling)).isEqualTo(Rcode.NXDOMAIN);
        assertThat(Ask.texts(dangling, Section.ANSWER)).containsExactly("dangling.lab.test. 300 CNAME nowhere.lab.test.");
        assertThat(Ask.texts(dangling, Section.AUTHORITY)).containsExactly(SOA);
    }

    @Test
    void shouldFollowAliasIntoAnotherZone() {
        Zone site = Zone.of(ZoneTexts.name("site.test"),
                ZoneTexts.records(ZoneTexts.name("site.test"), "tail 60 A 192.0.2.99\n"));
        Ask both = Ask.of(new ServedZone(ZoneTexts.lab(), null), new ServedZone(site, null));
        assertThat(Ask.texts(both.udp("outside2.lab.test", Type.A), Section.ANSWER)).containsExactly(
                "outside2.lab.test. 300 CNAME tail.site.test.", "tail.site.test. 60 A 192.0.2.99");
    }

    @ParameterizedTest
    @ValueSource(strings = {"loop1.lab.test", "self.lab.test"})
    void shouldEndLoopOfAliases(String name) {
        Message reply = ask.tcp(Ask.query(name, Type.A));
        assertThat(rcode(reply)).isEqualTo(Rcode.NOERROR);
        assertThat(reply.getSection(Section.ANSWER)).isNotEmpty().hasSizeLessThanOrEqualTo(Responder.MAX_ALIASES + 1)
                .allSatisfy(each -> assertThat(each.getType()).isEqualTo(Type.CNAME));
    }

    @Test
    void shouldReferToDelegatedServers() {
        Message reply = ask.udp("deep.sub.lab.test", Type.A);
        assertThat(rcode(reply)).isEqualTo(Rcode.NOERROR);
        assertThat(reply.getHeader().getFlag(Flags.AA)).isFalse();
        assertThat(reply.getSection(Section.ANSWER)).isEmpty();
        assertThat(Ask.texts(reply, Section.AUTHORITY)).containsExactlyInAnyOrder(
                "sub.lab.test. 300 NS ns.sub.lab.test.", "sub.lab.test. 300 NS ns.example.org.");
        assertThat(Ask.texts(reply, Section.ADDITIONAL)).containsExactlyInAnyOrder(
                "ns.sub.lab.test. 300 A 192.0.2.80", "ns.sub.lab.test. 300 AAAA 2001:db8:0:0:0:0:0:80");
        assertThat(rcode(ask.udp("sub.lab.test", Type.DS))).isEqualTo(Rcode.NOERROR);
        assertThat(Ask.texts(ask.udp("sub.lab.test", Type.DS), Section.AUTHORITY)).containsExactly(SOA);
    }

    @Test
    void shouldAnswerAnyWithOneSet() {
        Message reply = ask.udp("www.lab.test", Type.ANY);
        assertThat(reply.getSection(Section.ANSWER)).isNotEmpty();
        assertThat(reply.getSection(Section.ANSWER).stream().map(Record::getType).distinct()).hasSize(1);
        assertThat(rcode(ask.udp("nothing.lab.test", Type.ANY))).isEqualTo(Rcode.NXDOMAIN);
    }

    @ParameterizedTest
    @CsvSource({"0, 512", "512, 512", "100, 512", "1000, 1000", "4096, 1232"})
    void shouldTruncateWhatDoesNotFit(int payload, int bound) throws IOException {
        Message query = Ask.query("big.lab.test", Type.TXT);
        if (payload > 0) {
            Ask.withEdns(query, payload);
        }
        byte[] bytes = ask.bytes(query.toWire(), true);
        Message reply = new Message(bytes);
        assertThat(bytes.length).isLessThanOrEqualTo(bound);
        boolean fits = bound > 700;
        assertThat(reply.getHeader().getFlag(Flags.TC)).isEqualTo(!fits);
        assertThat(reply.getSection(Section.ANSWER)).hasSize(fits ? 3 : 0);
        Message whole = ask.tcp(query);
        assertThat(whole.getHeader().getFlag(Flags.TC)).isFalse();
        assertThat(whole.getSection(Section.ANSWER)).hasSize(3);
    }

    @Test
    void shouldSpeakEdns() {
        Message reply = ask.udp(Ask.withEdns(Ask.query("www.lab.test", Type.A), 4096));
        assertThat(reply.getOPT().getPayloadSize()).isEqualTo(1232);
        assertThat(reply.getOPT().getVersion()).isZero();
        assertThat(reply.getOPT().getFlags()).isZero();
        assertThat(ask.udp("www.lab.test", Type.A).getOPT()).as("not asked for").isNull();
        Message dnssec = Ask.query("www.lab.test", Type.A);
        dnssec.addRecord(new OPTRecord(4096, 0, 0, ExtendedFlags.DO), Section.ADDITIONAL);
        assertThat(ask.udp(dnssec).getOPT().getFlags()).isEqualTo(ExtendedFlags.DO);
        Message later = Ask.query("www.lab.test", Type.A);
        later.addRecord(new OPTRecord(4096, 0, 1), Section.ADDITIONAL);
        Message bad = ask.udp(later);
        assertThat(bad.getRcode()).isEqualTo(Rcode.BADVERS);
        assertThat(bad.getOPT().getVersion()).isZero();
        assertThat(bad.getSection(Section.ANSWER)).isEmpty();
    }

    @Test
    void shouldRefuseWhatIsNotServed() {
        assertThat(rcode(ask.udp("www.example.org", Type.A))).isEqualTo(Rcode.REFUSED);
        assertThat(rcode(ask.udp("test", Type.A))).as("above the zone").isEqualTo(Rcode.REFUSED);
        assertThat(rcode(ask.udp(".", Type.NS))).isEqualTo(Rcode.REFUSED);
        assertThat(rcode(ask.tcp(Ask.query("lab.test", Type.AXFR)))).isEqualTo(Rcode.REFUSED);
        assertThat(rcode(ask.tcp(Ask.query("lab.test", Type.IXFR)))).isEqualTo(Rcode.REFUSED);
        Message chaos = Message.newQuery(Record.newRecord(ZoneTexts.name("version.bind"), Type.TXT, DClass.CH));
        assertThat(rcode(ask.udp(chaos))).isEqualTo(Rcode.REFUSED);
    }

    @ParameterizedTest
    @ValueSource(ints = {Opcode.IQUERY, Opcode.STATUS, Opcode.NOTIFY, Opcode.UPDATE, 15})
    void shouldNotImplementOtherOperations(int opcode) {
        byte[] query = Ask.query("lab.test", Type.SOA).toWire();
        query[2] |= (byte) (opcode << 3);
        byte[] reply = ask.bytes(query, true);
        assertThat(reply).hasSize(Wire.HEADER);
        assertThat(reply[3] & 15).isEqualTo(Rcode.NOTIMP);
        assertThat(reply[2] >> 3 & 15).isEqualTo(opcode);
    }

    @Test
    void shouldCallMalformedWhatIs() {
        byte[] good = Ask.withEdns(Ask.query("www.lab.test", Type.A), 1232).toWire();
        assertFormErr(Arrays.copyOf(good, good.length - 1), "cut");
        assertFormErr(Arrays.copyOf(good, good.length + 1), "a byte too many");
        assertFormErr(Arrays.copyOf(good, Wire.HEADER), "no question");
        assertFormErr(changed(good, Wire.QUESTIONS + 1, 0), "no question, as it says");
        assertFormErr(changed(good, Wire.QUESTIONS + 1, 2), "two questions");
        assertFormErr(changed(good, Wire.ANSWERS + 1, 1), "answers in a query");
        assertFormErr(changed(good, Wire.ADDITIONAL + 1, 2), "a record that is not there");
        assertFormErr(changed(good, Wire.HEADER, 0xC0), "a compressed question");
        assertFormErr(changed(good, Wire.HEADER, 64), "a label of 64 bytes");
        Message twice = Ask.withEdns(Ask.withEdns(Ask.query("www.lab.test", Type.A), 1232), 1232);
        assertFormErr(twice.toWire(), "two OPT records");
        Message named = Ask.query("www.lab.test", Type.A);
        byte[] opt = named.toWire();
        byte[] owned = Arrays.copyOf(opt, opt.length + 13);
        owned[Wire.ADDITIONAL + 1] = 1;
        owned[opt.length] = 1;
        owned[opt.length + 1] = 'x';
        owned[opt.length + 4] = Type.OPT;
        assertFormErr(owned, "OPT with a name");
    }

    private void assertFormErr(byte[] query, String what) {
        byte[] reply = ask.bytes(query, true);
        assertThat(reply).as(what).hasSize(Wire.HEADER);
        assertThat(reply[3] & 15).as(what).isEqualTo(Rcode.FORMERR);
        assertThat(reply[0]).isEqualTo(query[0]);
        assertThat(reply[1]).isEqualTo(query[1]);
    }

    private static byte[] changed(byte[] from, int at, int value) {
        byte[] copy = from.clone();
        copy[at] = (byte) value;
        return copy;
    }

    @Test
    void shouldNotTakeNamesOfMoreThan255Bytes() {
        String label = "a".repeat(62);
        String longest = (label + ".").repeat(3) + "b".repeat(255 - 3 * 63 - 2 - 9) + ".lab.test";
        byte[] query = Ask.query(longest, Type.A).toWire();
        assertThat(query.length - Wire.HEADER - 4).isEqualTo(255);
        assertThat(Ask.read(ask.bytes(query, true)).getRcode()).isEqualTo(Rcode.NXDOMAIN);
        byte[] longer = new byte[query.length + 1];
        System.arraycopy(query, 0, longer, 0, Wire.HEADER);
        longer[Wire.HEADER] = 63;
        longer[Wire.HEADER + 1] = 'c';
        System.arraycopy(query, Wire.HEADER + 1, longer, Wire.HEADER + 2, query.length - Wire.HEADER - 1);
        assertFormErr(longer, "256 bytes");
    }

    @Test
    void shouldBeSilentToReplies() {
        byte[] query = Ask.query("www.lab.test", Type.A).toWire();
        query[2] |= (byte) 0x80;
        assertThat(ask.bytes(query, true)).isNull();
        assertThat(ask.bytes(new byte[Wire.HEADER - 1], true)).isNull();
        assertThat(ask.bytes(new byte[0], true)).isNull();
    }

    @Test
    void shouldKnowNoKeys() {
        Message signed = Ask.query("www.lab.test", Type.A);
        new TSIG(TSIG.HMAC_SHA256, "key.", "c2VjcmV0").apply(signed, null);
        assertThat(rcode(ask.udp(signed))).isEqualTo(Rcode.NOTAUTH);
    }

    @Test
    void shouldServeTheMostSpecificZone() {
        Name www = ZoneTexts.name("www.lab.test");
        Zone inner = Zone.of(www, ZoneTexts.records(www, "@ A 192.0.2.200\n"));
        Ask both = Ask.of(new ServedZone(ZoneTexts.lab(), null), new ServedZone(inner, null));
        assertThat(Ask.texts(both.udp("www.lab.test", Type.A), Section.ANSWER))
                .containsExactly("www.lab.test. 300 A 192.0.2.200");
        assertThat(Ask.texts(both.udp("alias.lab.test", Type.A), Section.ANSWER))
                .containsExactly("alias.lab.test. 300 CNAME www.lab.test.", "www.lab.test. 300 A 192.0.2.200");
    }

    @Test
    void shouldMakeUpSoa() {
        Ask made = Ask.of(new ServedZone(Zone.of(LAB, List.of()), null));
        Message reply = made.udp("x.lab.test", Type.A);
        assertThat(reply.getSection(Section.AUTHORITY)).hasSize(1)
                .allSatisfy(soa -> assertThat(soa.getTTL()).isEqualTo(5));
        assertThat(rcode(made.udp("lab.test", Type.SOA))).isEqualTo(Rcode.NOERROR);
    }
}
