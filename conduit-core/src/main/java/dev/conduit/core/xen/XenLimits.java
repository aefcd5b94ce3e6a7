package dev.conduit.core.xen;

import java.util.Optional;

/** The limits of the kernel a vchan can meet, as far as a program can read them. */
final class XenLimits {

    /** Takes what was found: the thing, whether it is enough, and what to know. */
    interface Report {

        void add(String thing, boolean ok, String detail);
    }

    /** Control page and two rings of 1 MiB: {@code 1 + 2 * 256}. */
    private static final int LARGEST_VCHAN_PAGES = 513;

    /** A ring of 1 MiB, mapped twice. */
    private static final int LARGEST_MAPPING_PAGES = 512;

    private static final int FEW_FILES = 256;

    private final XenSystem system;

    XenLimits(XenSystem system) {
        this.system = system;
    }

    void report(Report report) {
        parameter(report, "gntalloc", LARGEST_VCHAN_PAGES, " pages granted by all programs of this domain together; a vchan"
                + " with rings of 1 MiB takes " + LARGEST_VCHAN_PAGES);
        parameter(report, "gntdev", LARGEST_MAPPING_PAGES, " pages in one mapping; a ring of 1 MiB takes 256, twice that"
                + " mirrored");
        openFiles(report);
        eventChannels(report);
    }

    private void parameter(Report report, String module, int enough, String meaning) {
        String file = "sys/module/xen_" + module + "/parameters/limit";
        Optional<Long> limit = system.text(file).filter(text -> text.matches("[0-9]{1,18}")).map(Long::valueOf);
        if (limit.isEmpty()) {
            report.add("limit of " + module, false, "cannot read " + system.path(file) + ": sudo modprobe xen-" + module);
        } else {
            report.add("limit of " + module, limit.get() >= enough, limit.get() + meaning + "; for more: echo "
                    + Math.max(2 * limit.get(), 2 * enough) + " | sudo tee " + system.path(file));
        }
    }

    private void openFiles(Report report) {
        Optional<String> soft = system.text("proc/self/limits").stream().flatMap(String::lines)
                .filter(line -> line.startsWith("Max open files")).map(line -> line.split("\\s+")[3]).findFirst();
        if (soft.isPresent()) {
            boolean few = soft.get().matches("[0-9]+") && Long.parseLong(soft.get()) < FEW_FILES;
            report.add("limit of open files", !few, soft.get() + " for this process; a vchan takes up to 3; for more: ulimit"
                    + " -n 65536");
        }
    }

    private void eventChannels(Report report) {
        long used = system.text("proc/interrupts").stream().flatMap(String::lines)
                .filter(line -> line.contains(" xen-")).count();
        report.add("limit of event channels", true, used + " are used by this kernel; the most a domain may have is"
                + " max_event_channels in its configuration, 1023 unless set");
    }
}
