package dev.conduit.rendezvous.launch.xl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.conduit.rendezvous.launch.GuestSpec;
import dev.conduit.rendezvous.launch.GuestState;
import dev.conduit.rendezvous.launch.LaunchException;
import dev.conduit.rendezvous.launch.SettingsProblem;
import dev.conduit.rendezvous.launch.support.Settings;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class XlParsingTest {

    private static final String HEADING = "Name                                        ID   Mem VCPUs\tState\tTime(s)\n";

    @ParameterizedTest
    @CsvSource({
        "r-----, RUNNING", "-b----, RUNNING", "------, RUNNING", "--p---, PAUSED", "-bp---, PAUSED",
        "---s--, STOPPING", "---sr-, STOPPING", "---ss-, STOPPING", "---sc-, CRASHED", "---sw-, CRASHED",
        "-----d, STOPPING", "---scd, STOPPING", "--p--d, STOPPING", "---s?-, STOPPING"
    })
    void shouldReadStates(String flags, GuestState state) {
        assertThat(XlDomain.parse(HEADING + "web          7   256     1     " + flags + "       0.3\n"))
                .singleElement().satisfies(domain -> {
                    assertThat(domain.id()).isEqualTo(7);
                    assertThat(domain.state()).isEqualTo(state);
                });
    }

    @Test
    void shouldReadNamesAsTheyAre() {
        String table = "WARNING: something\n" + HEADING
                + "Domain-0                                     0  3072     1     r-----      61.4\n"
                + "web                                          7   256     1     -b----       0.3\n"
                + "web-1                                        8   256     1     -b----       0.3\n"
                + "a name  with 9 256 1 -b---- 0.3 in it        9   256     1     -b----       0.3\n"
                + "(null)                                      10     0     0     --ps-d       0.3\n"
                + "a-name-of-more-than-the-forty-characters-of-its-column    11   256     1     -b----  123456.7\n";
        assertThat(XlDomain.parse(table)).extracting(domain -> domain.id() + " " + domain.name()).containsExactly(
                "0 Domain-0", "7 web", "8 web-1", "9 a name  with 9 256 1 -b---- 0.3 in it", "10 (null)",
                "11 a-name-of-more-than-the-forty-characters-of-its-column");
    }

    @Test
    void shouldReadWhichDomainsAreComplete() throws Exception {
        assertThat(Xl.parseComplete("libxl: warning: [x]\n[\n  {\"domid\": 0, \"config\": {\"c_info\": {}}},"
                + " {\"domid\": 7, \"config\": {}}\n]\n\n")).containsExactlyInAnyOrder(0, 7);
        assertThat(Xl.parseComplete("[]\n")).isEmpty();
        assertThatThrownBy(() -> Xl.parseComplete("[{\"domid\": 0")).isInstanceOf(LaunchException.class)
                .hasMessageStartingWith("xl list -l printed what is not JSON: ");
        assertThatThrownBy(() -> Xl.parseComplete("{\"domid\": 0}")).hasMessageStartingWith("xl list -l printed no list");
        assertThatThrownBy(() -> Xl.parseComplete("")).isInstanceOf(LaunchException.class);
    }

    private static List<String> problems(Map<String, Object> settings) {
        Settings read = Settings.of(new GuestSpec("web", List.of(), settings));
        XlSettings.read(read);
        return read.end().stream().map(problem -> problem.key() + ": " + problem.message()).toList();
    }

    @Test
    void shouldWriteInlineKeysAsXlReadsThem() {
        Settings settings = Settings.of(new GuestSpec("web", List.of(), Map.of("kernel", "/boot/vmlinuz", "memory", 256,
                "vif", List.of("mac=00:16:3e:00:00:01,bridge=xenbr0", "script=vif-simple"), "extra", "a=\"b\" c\\d",
                "acpi", false)));
        assertThat(XlSettings.read(settings).lines()).containsExactlyInAnyOrder("kernel = \"/boot/vmlinuz\"",
                "memory = 256", "vif = [ \"mac=00:16:3e:00:00:01,bridge=xenbr0\", \"script=vif-simple\" ]",
                "extra = 'a=\"b\" c\\\\d'", "acpi = 0");
        assertThat(settings.end()).isEqualTo(List.<SettingsProblem>of());
    }

    @Test
    void shouldFindMistakes() {
        assertThat(problems(Map.of("memory", 1))).containsExactly(": has neither config nor kernel, bootloader or type");
        assertThat(problems(Map.of("config", "a.cfg", "memory", 1)))
                .containsExactly("memory: cannot be given beside config: write it into that file");
        assertThat(problems(Map.of("kernel", "k", "name", "x")))
                .containsExactly("name: is the name of the service, and cannot be another");
        assertThat(problems(Map.of("kernel", "k", "extra", "a\nmemory = 1"))).containsExactly(
                "extra: has both kinds of quotation marks or a control character in it, which xl cannot read");
        assertThat(problems(Map.of("kernel", "k", "Bad Key", "x"))).singleElement().asString()
                .startsWith("Bad Key: is not a setting");
    }
}
