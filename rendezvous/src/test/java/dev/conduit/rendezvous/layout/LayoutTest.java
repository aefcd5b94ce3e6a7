package dev.conduit.rendezvous.layout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conduit.core.DomainId;
import java.security.SecureRandom;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class LayoutTest {

    private static final DomainId SERVER = new DomainId(3);
    private static final DomainId CLIENT = new DomainId(7);
    private static final DomainId LAST = new DomainId(DomainId.FIRST_RESERVED - 1);

    @Test
    void shouldHaveThePathsOfTheContract() {
        assertThat(Layout.name("http_server")).isEqualTo("/conduit/http_server");
        assertThat(Layout.listen("http_server", "c1")).isEqualTo("/conduit/http_server/listen/c1");
        assertThat(Layout.established("http_server", "http_client", "c1"))
                .isEqualTo("/conduit/http_server/established/http_client/c1");
        assertThat(Layout.flow("1")).isEqualTo("/conduit/flows/1");
        assertThat(Layout.vchan(SERVER, CLIENT, "c1")).isEqualTo("/local/domain/3/data/vchan/7/c1");
    }

    @Test
    void shouldHaveThePermissionsOfTheContract() {
        assertThat(Layout.namePermissions(SERVER)).hasToString("[r3]");
        assertThat(Layout.listenPermissions(SERVER)).hasToString("[w3]");
        assertThat(Layout.sharedPermissions(CLIENT, SERVER)).hasToString("[n7, b3]");
        assertThat(Layout.vchanPermissions(SERVER, CLIENT)).hasToString("[n3, r7]");
        assertThat(Layout.flowsPermissions()).hasToString("[w0]");
        assertThat(Layout.rootPermissions()).hasToString("[b0]");
    }

    @Test
    void shouldFitTheLongestVchanPathIntoTheBuffersOfLibxenvchan() {
        assertThat(Layout.vchan(LAST, LAST, "x".repeat(ConnectionId.MAX_CONNECTION))).hasSize(49);
    }

    @Test
    void shouldStateTheLongestPathAsDocumented() {
        String name = "x".repeat(ConduitNames.MAX_LENGTH);
        assertThat(Layout.established(name, name, "x".repeat(ConnectionId.MAX_CONNECTION))).hasSize(161);
    }

    @Test
    void shouldDrawValidIdsThatDiffer() {
        SecureRandom random = new SecureRandom();
        Set<String> ids = new HashSet<>();
        for (int i = 0; i < 1_000; i++) {
            ids.add(ConnectionId.draw(random));
        }
        assertThat(ids).hasSize(1_000).allMatch(ConnectionId::isConnection).allMatch(ConnectionId::isFlow);
    }

    @Test
    void shouldRejectIdsThatAreNotOnePathComponent() {
        for (String text : new String[] {"", "a/b", "@x", "a.b", "a b", "\0"}) {
            assertThat(ConnectionId.isConnection(text)).as(text).isFalse();
            assertThat(ConnectionId.isFlow(text)).as(text).isFalse();
        }
        assertThat(ConnectionId.isConnection("x".repeat(13))).isFalse();
        assertThat(ConnectionId.isFlow("x".repeat(32))).isTrue();
        assertThat(ConnectionId.isFlow("x".repeat(33))).isFalse();
    }
}
