package dev.conduit.rendezvous.dns;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.Message;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/** What is kept of upstream replies, under a clock of the test. */
class UpstreamCacheTest {

    private static final long SECOND = 1_000_000_000L;
    private static final long BORN = 100 * SECOND;

    private final UpstreamCache cache = new UpstreamCache(10_000);

    private static Question question(String name) {
        return new Question(null, ZoneTexts.name(name), Type.A, 0);
    }

    private static UpstreamReply reply(String name, int rcode, String answers, String authority) {
        return UpstreamReply.of(FakeUpstream.reply(Ask.query(name, Type.A), rcode, answers, authority), BORN);
    }

    private boolean keeps(UpstreamReply reply, long seconds) {
        cache.put(question("x.example.org"), reply, BORN);
        return cache.get(question("X.Example.Org"), BORN + seconds * SECOND) != null;
    }

    @Test
    void shouldKeepForTheLowestTtl() {
        UpstreamReply reply = reply("x.example.org", Rcode.NOERROR, "x.example.org. 30 CNAME y.example.org.\n"
                + "y.example.org. 20 A 203.0.113.5\n", "example.org. 50 NS ns.example.org.\n");
        assertThat(keeps(reply, 19)).isTrue();
        assertThat(keeps(reply, 20)).isFalse();
        Message aged = Ask.read(reply.aged(BORN + 15 * SECOND + SECOND / 2));
        assertThat(Ask.texts(aged, Section.ANSWER)).containsExactly("x.example.org. 15 CNAME y.example.org.",
                "y.example.org. 5 A 203.0.113.5");
        assertThat(Ask.texts(aged, Section.AUTHORITY)).containsExactly("example.org. 35 NS ns.example.org.");
    }

    @Test
    void shouldKeepDenialsAsTheSoaSays() {
        assertThat(keeps(reply("x.example.org", Rcode.NXDOMAIN, "", "example.org. 300 SOA a. b. 1 1 1 1 10\n"), 9)).isTrue();
        assertThat(keeps(reply("x.example.org", Rcode.NXDOMAIN, "", "example.org. 300 SOA a. b. 1 1 1 1 10\n"), 10)).isFalse();
        assertThat(keeps(reply("x.example.org", Rcode.NOERROR, "", "example.org. 5 SOA a. b. 1 1 1 1 10\n"), 5)).isFalse();
        assertThat(keeps(reply("x.example.org", Rcode.NXDOMAIN, "", ""), 0)).as("says nothing").isFalse();
    }

    @Test
    void shouldKeepFailuresBriefly() {
        assertThat(keeps(reply("x.example.org", Rcode.SERVFAIL, "", ""), 0)).isTrue();
        assertThat(keeps(reply("x.example.org", Rcode.SERVFAIL, "", ""), 1)).isFalse();
    }

    @Test
    void shouldTellQuestionsApart() {
        UpstreamReply reply = reply("x.example.org", Rcode.NOERROR, "x.example.org. 30 A 203.0.113.5\n", "");
        assertThat(keeps(reply, 0)).isTrue();
        assertThat(cache.get(new Question(null, ZoneTexts.name("x.example.org"), Type.AAAA, 0), BORN)).isNull();
        assertThat(cache.get(new Question(null, ZoneTexts.name("x.example.org"), Type.A, Wire.DNSSEC_OK), BORN)).isNull();
    }

    @Test
    void shouldForgetTheLeastUsedAtTheBound() {
        UpstreamReply reply = reply("x.example.org", Rcode.NOERROR, "x.example.org. 30 A 203.0.113.5\n", "");
        int fit = 10_000 / (300 + reply.length());
        for (int i = 0; i < fit; i++) {
            cache.put(question(i + ".example.org"), reply, BORN);
        }
        assertThat(cache.get(question("0.example.org"), BORN)).isNotNull();
        cache.put(question("more.example.org"), reply, BORN);
        assertThat(cache.get(question("0.example.org"), BORN)).isNotNull();
        assertThat(cache.get(question("1.example.org"), BORN)).isNull();
        assertThat(cache.get(question("more.example.org"), BORN)).isNotNull();
        assertThat(List.of(fit)).allMatch(count -> count > 5);
    }

    @Test
    void shouldKeepNothingWithoutRoom() {
        UpstreamCache none = new UpstreamCache(0);
        none.put(question("x.example.org"),
                reply("x.example.org", Rcode.NOERROR, "x.example.org. 30 A 203.0.113.5\n", ""), BORN);
        assertThat(none.get(question("x.example.org"), BORN)).isNull();
    }
}
