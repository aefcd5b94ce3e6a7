package dev.conduit.core.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ProcessStatTest {

    private static final String REST = " 4100 1 4100 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 1 0 987654 9 9 9";

    @Test
    void shouldReadNamesWithBracketsAndSpaces() {
        assertThat(ProcessStat.parse("4242 (a) S 1 (b) T" + REST + "\n"))
                .contains(new ProcessStat(4242, 'T', 4100, 4100, 987654));
    }

    @Test
    void shouldTakeZombiesAndRubbishForNothing() {
        assertThat(ProcessStat.parse("4242 (a) Z" + REST)).isEmpty();
        assertThat(ProcessStat.parse("4242 (a) S 1 2")).isEmpty();
        assertThat(ProcessStat.parse("")).isEmpty();
    }

    @Test
    void shouldKnowOneselfAmongAll() throws Exception {
        ProcessStat self = ProcessStat.read(ProcessHandle.current().pid()).orElseThrow();
        assertThat(ProcessStat.all()).anySatisfy(each -> assertThat(each.startTicks()).isEqualTo(self.startTicks()));
        assertThat(self.runs()).isTrue();
        assertThat(new ProcessStat(self.pid(), 'S', self.parent(), self.session(), self.startTicks() - 1).runs())
                .as("an earlier process of that number").isFalse();
    }

    @Test
    void shouldSeeTheEndOfAProcess() throws Exception {
        Process process = new ProcessBuilder("sleep", "600").start();
        ProcessStat stat = ProcessStat.read(process.pid()).orElseThrow();
        assertThat(stat.parent()).isEqualTo(ProcessHandle.current().pid());
        process.destroyForcibly();
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(stat.runs()).isFalse();
        assertThat(ProcessStat.read(process.pid())).isEqualTo(Optional.empty());
    }
}
