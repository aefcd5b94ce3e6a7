package dev.conduit.rendezvous;

import static dev.conduit.rendezvous.StoreFixture.CLIENT;
import static dev.conduit.rendezvous.StoreFixture.SERVER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.conduit.xenstore.Permission;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Queue entries that no well-behaved client writes. */
class RequestTest {

    private StoreFixture fixture;

    @BeforeEach
    void listen() throws Exception {
        fixture = new StoreFixture();
        fixture.server.<Boolean, Exception>transaction(transaction -> {
            NameTransitions.claim(transaction, "web", SERVER);
            NameTransitions.openQueue(transaction, "web", SERVER);
            return true;
        });
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void shouldTakeIdentityFromOwnerOfEntry() throws Exception {
        entry("c1", "f1");
        flow("f1", "(connecting (server web) (client domain-0) (domid 0))");
        assertThat(Request.read(fixture.server, "web", "c1").orElseThrow().client()).isEqualTo(CLIENT);
    }

    @Test
    void shouldPassOverEntryThatIsGone() throws Exception {
        assertThat(Request.read(fixture.server, "web", "c1")).isEmpty();
    }

    @Test
    void shouldRejectFlowOfAnotherDomain() throws Exception {
        fixture.third.write("/conduit/flows/f1", "(connecting (server web))");
        fixture.third.setPermissions("/conduit/flows/f1", List.of(Permission.parse("b9")));
        entry("c1", "f1");
        assertMalformed("c1", "its flow is not the same domain's");
    }

    @Test
    void shouldRejectFlowThatIsMissing() throws Exception {
        entry("c1", "f1");
        assertMalformed("c1", "the server has no right to read it, or its flow");
    }

    @Test
    void shouldRejectFlowThatIsNotConnectingToThisName() throws Exception {
        entry("c1", "f1");
        flow("f1", "(established (server web))");
        assertMalformed("c1", "its flow is not connecting to this name");
        flow("f1", "(connecting (server bank))");
        assertMalformed("c1", "its flow is not connecting to this name");
    }

    @Test
    void shouldRejectValuesThatAreNoFlow() throws Exception {
        for (String value : List.of("", "../web", "a/b", "@releaseDomain", "x".repeat(33), "f1\0", "x".repeat(1900))) {
            entry("c1", value);
            assertMalformed("c1", "its value is not 1 to 32 name characters");
        }
    }

    @Test
    void shouldRejectRecordsThatAreNone() throws Exception {
        entry("c1", "f1");
        flow("f1", "");
        assertMalformed("c1", "flow record '' has no '(' at position 0");
        flow("f1", "x".repeat(1900));
        assertMalformed("c1", "flow record of 1900 bytes is longer than 1024");
    }

    @Test
    void shouldRejectNamesThatAreNoConnection() throws Exception {
        entry("@x", "f1");
        assertMalformed("@x", "its name is not 1 to 12 name characters");
        entry("x".repeat(13), "f1");
        assertMalformed("x".repeat(13), "its name is not 1 to 12 name characters");
    }

    @Test
    void shouldRejectEntryItHasNoRightToRead() throws Exception {
        fixture.client.write("/conduit/web/listen/c1", "f1");
        fixture.client.setPermissions("/conduit/web/listen/c1", List.of(Permission.parse("n7")));
        assertMalformed("c1", "the server has no right to read it, or its flow");
    }

    @Test
    void shouldTellClientThatItsRequestIsMalformed() throws Exception {
        entry("c1", "f1");
        flow("f1", "nonsense");
        discard("c1");
        assertThat(fixture.client.readString("/conduit/flows/f1")).isEqualTo("(refused (reason bad-request))");
        assertThat(fixture.dom0.list("/conduit/web/listen")).isEmpty();
    }

    @Test
    void shouldNotTouchFlowOfAnotherDomainWhenEntryIsMalformed() throws Exception {
        fixture.third.write("/conduit/flows/f1", "(connecting (server web))");
        fixture.third.setPermissions("/conduit/flows/f1", List.of(Permission.parse("b9")));
        entry("c1", "f1");
        discard("c1");
        assertThat(fixture.dom0.readString("/conduit/flows/f1")).isEqualTo("(connecting (server web))");
        assertThat(fixture.dom0.list("/conduit/web/listen")).isEmpty();
    }

    private void discard(String entry) throws Exception {
        fixture.server.<Boolean, Exception>transaction(transaction -> {
            ServerTransitions.discard(transaction, "web", entry);
            return true;
        });
    }

    private void entry(String name, String value) throws Exception {
        write("/conduit/web/listen/" + name, value);
    }

    private void flow(String name, String value) throws Exception {
        write("/conduit/flows/" + name, value);
    }

    private void write(String path, String value) throws Exception {
        fixture.client.write(path, value);
        fixture.client.setPermissions(path, List.of(Permission.parse("n7"), Permission.parse("b3")));
    }

    private void assertMalformed(String entry, String why) {
        assertThatThrownBy(() -> Request.read(fixture.server, "web", entry)).as(entry)
                .isInstanceOf(Request.MalformedException.class).hasMessage(why);
    }
}
