package dev.conduit.rendezvous.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.CNAMERecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.SRVRecord;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;
import org.xbill.DNS.Update;

/** Plans of several hosts on a model of a zone. */
class UpdatePlanTest {

    private static final Name ZONE = Name.fromConstantString("lab.test.");
    private static final ZoneNames WWW = ZoneNames.of(Name.fromConstantString("www.lab.test."));

    private final ModelZone zone = new ModelZone();

    @Test
    void shouldPublishAndWithdraw() throws Exception {
        assertThat(apply("h1", service("10.0.0.1", 80))).isTrue();
        assertThat(zone.text()).containsExactly(
                WWW.list("h1", ZONE) + " PTR www.lab.test.",
                "_conduit._tcp.www.lab.test. SRV 0 1 80 h1.www.lab.test.",
                "_conduit._tcp.www.lab.test. TXT conduit=www host=h1",
                "h1.www.lab.test. A 10.0.0.1",
                "www.lab.test. A 10.0.0.1");
        assertThat(plan("h1", service("10.0.0.1", 80))).as("nothing to do").isEmpty();
        assertThat(apply("h1", Optional.empty())).isTrue();
        assertThat(zone.text()).isEmpty();
    }

    @Test
    void shouldChangeOnlyWhatChanged() throws Exception {
        apply("h1", service("10.0.0.1", 80));
        Update update = plan("h1", service("10.0.0.1", 81)).orElseThrow();
        assertThat(update.getSection(Section.UPDATE)).hasSize(2).allMatch(SRVRecord.class::isInstance);
    }

    @Test
    void shouldKeepAddressThatOtherHostHasToo() throws Exception {
        apply("h1", service("10.0.0.1", 80));
        apply("h2", service("10.0.0.1", 80));
        apply("h1", Optional.empty());
        assertThat(zone.text()).contains("www.lab.test. A 10.0.0.1", "h2.www.lab.test. A 10.0.0.1")
                .noneMatch(line -> line.contains("h1"));
    }

    @Test
    void shouldNotHappenWhenOtherHostWasFaster() throws Exception {
        Update first = plan("h1", service("10.0.0.1", 80)).orElseThrow();
        Update second = plan("h2", service("10.0.0.2", 80)).orElseThrow();
        assertThat(zone.update(first)).isTrue();
        Set<String> before = zone.text();
        assertThat(zone.update(second)).isFalse();
        assertThat(zone.text()).isEqualTo(before);
    }

    @Test
    void shouldNotRemoveAddressThatOtherHostTakesAtTheSameTime() throws Exception {
        apply("h1", service("10.0.0.1", 80));
        apply("h2", service("10.0.0.2", 80));
        Update withdraw = plan("h1", Optional.empty()).orElseThrow();
        apply("h2", service("10.0.0.1", 80));
        assertThat(zone.update(withdraw)).isFalse();
        apply("h1", Optional.empty());
        assertThat(zone.text()).contains("www.lab.test. A 10.0.0.1");
    }

    @Test
    void shouldLeaveForeignRecordsAlone() throws Exception {
        zone.add(new ARecord(WWW.service(), DClass.IN, 60, InetAddress.getByName("10.0.0.9")));
        assertThatThrownBy(() -> plan("h1", service("10.0.0.1", 80))).hasMessage(
                "www.lab.test has records that no host of Conduit's made; they stay, and it is not published");
        assertThat(plan("h1", Optional.empty())).isEmpty();
        ModelZone aliased = new ModelZone();
        aliased.add(new CNAMERecord(WWW.service(), DClass.IN, 60, ZONE));
        assertThatThrownBy(() -> new UpdatePlan(ZONE, "h1", WWW).plan(
                wanted("h1", service("10.0.0.1", 80)), aliased.look("h1", ZONE, WWW)))
                .isInstanceOf(PublishException.class);
    }

    @Test
    void shouldNotAddToForeignRecordsThatCameInBetween() throws Exception {
        Update update = plan("h1", service("10.0.0.1", 80)).orElseThrow();
        zone.add(new ARecord(WWW.service(), DClass.IN, 60, InetAddress.getByName("10.0.0.9")));
        assertThat(zone.update(update)).isFalse();
    }

    @Test
    void shouldMendWhatSomebodyRemovedInPart() throws Exception {
        apply("h1", service("10.0.0.1", 80));
        Set<String> before = zone.text();
        Record text = zone.find(WWW.plain(), Type.TXT).get(0);
        Update byHand = new Update(ZONE);
        byHand.delete(text);
        zone.update(byHand);
        assertThat(zone.text()).isNotEqualTo(before);
        assertThat(apply("h1", service("10.0.0.1", 80))).isTrue();
        assertThat(zone.text()).isEqualTo(before);
    }

    @Test
    void shouldChangeTtlOfWhatIsItsOwnOnly() throws Exception {
        apply("h1", service("10.0.0.1", 80));
        Set<Record> longer = Wanted.records(service("10.0.0.1", 80).orElseThrow(), WWW, "h1", ZONE, 60);
        UpdatePlan plan = new UpdatePlan(ZONE, "h1", WWW);
        assertThat(plan.plan(longer, zone.look("h1", ZONE, WWW)).orElseThrow().getSection(Section.UPDATE)).hasSize(5);
        apply("h2", service("10.0.0.2", 80));
        assertThat(plan.plan(longer, zone.look("h1", ZONE, WWW)).orElseThrow().getSection(Section.UPDATE))
                .as("other sets are shared with h2").extracting(Record::getName)
                .containsExactly(WWW.at("h1"));
    }

    @Test
    void shouldLeaveForeignServiceRecordsAlone() throws Exception {
        apply("h1", service("10.0.0.1", 80));
        SRVRecord foreign = new SRVRecord(WWW.plain(), DClass.IN, 60, 5, 5, 80, Name.fromConstantString("old.test."));
        zone.add(foreign);
        apply("h1", Optional.empty());
        assertThat(zone.find(WWW.plain(), foreign.getType())).containsExactly(foreign);
    }

    @Test
    void shouldEndAsWantedWhateverHostsDoAtTheSameTime() throws Exception {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (int round = 0; round < 100; round++) {
            ModelZone shared = new ModelZone();
            Map<String, Optional<PublishedService>> wanted = new HashMap<>();
            Map<String, Optional<Update>> underWay = new HashMap<>();
            for (int step = 0; step < 40; step++) {
                String host = "h" + random.nextInt(3);
                if (random.nextInt(3) == 0) {
                    wanted.put(host, random.nextInt(4) == 0 ? Optional.empty()
                            : service("10.0.0." + random.nextInt(4), 80 + random.nextInt(2)));
                }
                Optional<Update> old = underWay.getOrDefault(host, Optional.empty());
                old.ifPresent(shared::update);
                underWay.put(host, new UpdatePlan(ZONE, host, WWW).plan(
                        wanted(host, wanted.getOrDefault(host, Optional.empty())), shared.look(host, ZONE, WWW)));
            }
            Set<String> expected = new TreeSet<>();
            for (String host : wanted.keySet()) {
                for (int tries = 0; tries < 2; tries++) {
                    Optional<Update> last = new UpdatePlan(ZONE, host, WWW).plan(
                            wanted(host, wanted.get(host)), shared.look(host, ZONE, WWW));
                    assertThat(last.isEmpty() || shared.update(last.get())).as("seed %d", seed).isTrue();
                    assertThat(tries == 0 || last.isEmpty()).as("seed %d: done at once", seed).isTrue();
                }
                ModelZone alone = new ModelZone();
                wanted(host, wanted.get(host)).forEach(alone::add);
                expected.addAll(alone.text());
            }
            assertThat(shared.text()).as("seed %d", seed).isEqualTo(expected);
        }
    }

    private boolean apply(String host, Optional<PublishedService> wanted) throws PublishException {
        return plan(host, wanted).map(zone::update).orElse(true);
    }

    private Optional<Update> plan(String host, Optional<PublishedService> wanted) throws PublishException {
        return new UpdatePlan(ZONE, host, WWW).plan(wanted(host, wanted), zone.look(host, ZONE, WWW));
    }

    private static Set<Record> wanted(String host, Optional<PublishedService> service) {
        return service.map(what -> Wanted.records(what, WWW, host, ZONE, 5)).orElse(new LinkedHashSet<>());
    }

    private static Optional<PublishedService> service(String address, int port) throws UnknownHostException {
        return Optional.of(new PublishedService("www.lab.test", Optional.of("www"),
                List.of(InetAddress.getByName(address)), List.of(port), List.of()));
    }
}
