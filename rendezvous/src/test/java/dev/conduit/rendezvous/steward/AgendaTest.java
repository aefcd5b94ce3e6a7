package dev.conduit.rendezvous.steward;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conduit.core.DomainId;
import dev.conduit.rendezvous.layout.Layout;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class AgendaTest {

    private static final Duration LONG = Duration.ofSeconds(30);

    private final Agenda agenda = new Agenda();

    @Test
    void shouldOnlyHearAsks() throws Exception {
        for (String path : List.of("/local/domain/3", "/local/domain/3/data", "/local/domain/3/data/conduit-asking",
                "/local/domain/32752/data/conduit-ask/a", "/local/domain/x/data/conduit-ask", "/local", "/conduit",
                "/local/domain/3/device/vif/0/state", "/local/domain/123456/data/conduit-ask/a")) {
            agenda.changed(path);
        }
        assertThat(agenda.next(Duration.ofMillis(1))).contains(new Agenda.Round(false, false, Optional.empty()));
        agenda.changed(Layout.ask(new DomainId(3), "a"));
        assertThat(agenda.next(LONG)).contains(new Agenda.Round(false, false, Optional.of(new DomainId(3))));
        agenda.changed("/local/domain");
        agenda.deaths();
        assertThat(agenda.next(LONG)).contains(new Agenda.Round(true, true, Optional.empty()));
    }

    @Test
    void shouldTakeTurnsHoweverMuchOneAsks() throws Exception {
        for (int i = 0; i < 1000; i++) {
            agenda.changed(Layout.ask(new DomainId(3), "a" + i));
        }
        agenda.changed(Layout.asks(new DomainId(7)));
        List<Integer> turns = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            DomainId asking = agenda.next(LONG).orElseThrow().asking().orElseThrow();
            turns.add(asking.value());
            agenda.asks(asking);
        }
        assertThat(turns).containsExactly(3, 7, 3, 7);
    }

    @Test
    void shouldEnd() throws Exception {
        agenda.asks(DomainId.DOM0);
        agenda.close();
        assertThat(agenda.next(LONG)).isEmpty();
    }
}
