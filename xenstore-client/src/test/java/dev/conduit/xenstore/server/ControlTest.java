package dev.conduit.xenstore.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conduit.xenstore.wire.Operation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** CONTROL as xenstore-control sends it and prints the reply; NUL is written |. */
class ControlTest {

    private static final String QUOTAS = """
            Quota settings:
            nodes            :     1000 Nodes per domain
            watches          :      128 Watches per domain
            outstanding      :       20 Outstanding requests per domain
            memory           :  2621440 Total Xenstore memory per domain
            transactions     :       10 Active transactions per domain
            transaction-nodes:     1024 Max. number of accessed nodes per transaction
            node-permissions :        5 Max. number of permissions per node
            path-max         :     2048 Max. length of a node path
            node-size        :     2048 Max. size of a node
            |""";

    private final Wire wire = new Wire();
    private final Wire.Client dom0 = wire.connect(0);

    private String control(String payload) {
        return dom0.ask(Operation.CONTROL, payload);
    }

    @Test
    void shouldListCommands() {
        assertThat(control("help|")).isEqualTo("""
                check          \s
                log             [on|off|+<switch>|-<switch>]
                logfile         <file>
                memreport       [<file>]
                print           <string>
                quota           [set <name> <val>|<domid>|max [-r]]
                quota-soft      [set <name> <val>]
                help           \s
                |""");
    }

    @ParameterizedTest
    @ValueSource(strings = {"help|x|", "check|x|", "log|x|", "log|+obj|", "log|on|on|", "logfile|", "memreport|a|b|",
        "print|", "print|a|b|", "quota|x|", "quota|set|", "quota|set|nodes|", "quota|set|nodes|0|",
        "quota|set|nodes|-1|", "quota|set|none|5|", "quota|set|soft-memory|5|", "quota|max|x|", "quota|max|-r|x|",
        "quota|5|6|", "quota-soft|set|nodes|5|", "quota-soft|5|", "live-update|-s|", "|", "help"})
    void shouldRefuseOtherForms(String payload) {
        assertThat(control(payload)).isEqualTo("EINVAL|");
    }

    @Test
    void shouldShowAndSetQuotasOfDomainsToCome() {
        Wire.Client before = wire.connect(5);
        assertThat(control("quota|")).isEqualTo(QUOTAS);
        assertThat(control("quota|set|watches|1|")).isEqualTo("OK|");
        assertThat(control("quota|")).contains("watches          :        1 Watches per domain\n");

        Wire.Client after = wire.connect(6);
        assertThat(after.talk(Operation.WATCH, 0, "/a|t|")).first().isEqualTo("OK|");
        assertThat(after.ask(Operation.WATCH, "/b|t|")).isEqualTo("ENOSPC|");
        assertThat(before.talk(Operation.WATCH, 0, "/a|t|")).first().isEqualTo("OK|");
        assertThat(before.talk(Operation.WATCH, 0, "/b|t|")).first().isEqualTo("OK|");
    }

    @Test
    void shouldShowAndSetSoftQuotas() {
        assertThat(control("quota-soft|")).isEqualTo("""
                Quota settings:
                memory           :  2097152 Total Xenstore memory per domain
                |""");
        assertThat(control("quota-soft|set|memory|1000|")).isEqualTo("OK|");
        assertThat(control("quota-soft|")).contains(":     1000 ");
        assertThat(dom0.ask(Operation.GET_QUOTA, "soft-memory|")).isEqualTo("1000|");
    }

    @Test
    void shouldShowWhatADomainUses() {
        assertThat(control("quota|5|")).isEqualTo("ENOENT|");
        Wire.Client guest = wire.connect(5);
        guest.talk(Operation.WATCH, 0, "/a|t|");
        guest.talk(Operation.WATCH, 0, "/b|t|");
        guest.talk(Operation.UNWATCH, 0, "/a|t|");

        assertThat(control("quota|5|")).startsWith("""
                Domain 5:
                nodes            :        0 (max        0)
                watches          :        1 (max        2)
                outstanding      :        0 (max        1)
                """).contains("path-max         :        0 (max        2)\n");
    }

    @Test
    void shouldShowTheMostOfAllAndForgetIt() {
        Wire.Client guest = wire.connect(5);
        guest.talk(Operation.WATCH, 0, "/a|t|");
        guest.talk(Operation.UNWATCH, 0, "/a|t|");
        assertThat(control("quota|max|")).startsWith("""
                Max. seen accounting values:
                nodes            :        0
                watches          :        1
                """);
        assertThat(control("quota|max|-r|")).contains("watches          :        0\n");
    }

    @Test
    void shouldReportMemory(@TempDir Path directory) throws IOException {
        wire.connect(5);
        assertThat(control("memreport|")).contains("2 domains, ").contains("domain     memory");
        Path file = directory.resolve("report");
        assertThat(control("memreport|" + file + "|")).isEqualTo("OK|");
        assertThat(Files.readString(file)).contains("2 domains, ");
        assertThat(control("memreport|" + directory + "|")).isEqualTo("EIO|");
    }

    @Test
    void shouldReportMemoryOfManyDomainsInOneReply() {
        for (int i = 1; i < 500; i++) {
            wire.connect(i);
        }
        assertThat(control("memreport|")).contains("500 domains, ").hasSizeLessThan(4096);
    }

    @Test
    void shouldLogRequestsToAFile(@TempDir Path directory) throws IOException {
        Path file = directory.resolve("log");
        assertThat(control("log|")).isEqualTo("Log switch settings:\nio      : on\n|");
        assertThat(control("logfile|" + file + "|")).isEqualTo("OK|");
        dom0.ask(Operation.WRITE, "/a|se\ncret");
        control("log|-io|");
        dom0.ask(Operation.READ, "/b|");
        control("log|+io|");
        control("log|off|");
        dom0.ask(Operation.READ, "/b|");

        assertThat(Files.readString(file)).contains("IN  domain 0 tx 0 WRITE (/a se?cret)\n")
                .contains("OUT domain 0 tx 0 WRITE (OK )\n").doesNotContain("/b");
        assertThat(control("logfile|" + directory + "|")).isEqualTo("EIO|");
        assertThat(control("print|hello|")).isEqualTo("OK|");
    }
}
