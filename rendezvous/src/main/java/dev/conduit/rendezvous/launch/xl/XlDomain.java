package dev.conduit.rendezvous.launch.xl;

import dev.conduit.rendezvous.launch.GuestState;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A row of {@code xl list}. No release of xl has the states in what {@code xl list -l} prints, so they come from this table
 * (tools/xl/xl_info.c, list_domains): name, id, MiB, processors, six letters {@code rbpsXd}, seconds.
 *
 * @param name the name, which may itself have spaces in it
 * @param id the domain
 * @param flags the six letters
 */
record XlDomain(String name, int id, String flags) {

    private static final Pattern ROW =
            Pattern.compile("(.*?)\\s+([0-9]{1,5})\\s+[0-9]+\\s+[0-9]+\\s+([r-][b-][p-][s-].[d-])\\s+[0-9.]+\\s*");
    private static final int PAUSED = 2;
    private static final int SHUT_DOWN = 3;
    private static final int REASON = 4;
    private static final int DYING = 5;

    /** Lines that are no rows, such as the heading and warnings, are passed over. */
    static List<XlDomain> parse(String table) {
        List<XlDomain> domains = new ArrayList<>();
        for (String line : table.split("\n")) {
            Matcher row = ROW.matcher(line);
            if (row.matches()) {
                domains.add(new XlDomain(row.group(1), Integer.parseInt(row.group(2)), row.group(3)));
            }
        }
        return domains;
    }

    /** A guest that waits for something (b) and one that may run but does not just now (no letter) run. */
    GuestState state() {
        if (flags.charAt(DYING) == 'd') {
            return GuestState.STOPPING;
        }
        if (flags.charAt(SHUT_DOWN) == 's') {
            // Letters of the reason: c crash, w watchdog; others are orderly, and xl is about to destroy it.
            return "cw".indexOf(flags.charAt(REASON)) >= 0 ? GuestState.CRASHED : GuestState.STOPPING;
        }
        return flags.charAt(PAUSED) == 'p' ? GuestState.PAUSED : GuestState.RUNNING;
    }
}
