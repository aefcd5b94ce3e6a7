package dev.conduit.cli;

import dev.conduit.cli.DoctorCommand.Finding;
import dev.conduit.core.PlatformException;
import dev.conduit.core.PlatformProvider;
import dev.conduit.core.Platforms;
import dev.conduit.core.local.LocalPlatform;
import dev.conduit.core.local.XenStandIn;
import dev.conduit.core.posix.PosixLoader;
import dev.conduit.core.xen.XenDiagnosis;
import java.nio.file.Path;
import java.util.ServiceLoader;
import java.util.function.Consumer;

/** Looks at one thing after another and says what it found. */
final class Diagnosis {

    private final Path directory;
    private final Consumer<Finding> report;

    Diagnosis(Path directory, Consumer<Finding> report) {
        this.directory = directory;
        this.report = report;
    }

    /** Reports everything; returns whether some platform can be used. */
    boolean run() {
        report.accept(new Finding("java", true, System.getProperty("java.vm.name") + " "
                + System.getProperty("java.version") + ", heap up to "
                + Runtime.getRuntime().maxMemory() / (1024 * 1024) + " MiB"));
        report.accept(new Finding("processors", true, Runtime.getRuntime().availableProcessors() + " for this process"
                + (Runtime.getRuntime().availableProcessors() == 1 ? "; spinning is off" : "")));
        nativeAccess();
        boolean usable = platforms();
        xen();
        cPrograms();
        return usable | host();
    }

    private void nativeAccess() {
        String missing = PosixLoader.unavailable();
        report.accept(new Finding(
                "native access", missing == null, missing == null ? PosixLoader.posix().name() : missing));
        PosixLoader.skipped().forEach(reason -> report.accept(new Finding("native access", false, reason)));
    }

    private boolean platforms() {
        boolean usable = false;
        for (PlatformProvider provider : ServiceLoader.load(PlatformProvider.class)) {
            String reason = provider.unavailable();
            usable |= reason == null;
            report.accept(new Finding("platform " + provider.name(), reason == null,
                    reason == null ? "available" : reason));
        }
        chosen();
        return usable;
    }

    private void chosen() {
        try {
            report.accept(new Finding("platform used", true, Platforms.provider().name() + "; another one: "
                    + Platforms.VARIABLE + "=xen or local"));
        } catch (PlatformException e) {
            report.accept(new Finding("platform used", false, e.getMessage()));
        }
    }

    private void xen() {
        for (XenDiagnosis.Finding finding : XenDiagnosis.look()) {
            report.accept(new Finding(finding.thing(), finding.ok(), finding.detail()));
        }
    }

    private void cPrograms() {
        String missing = XenStandIn.unavailable();
        report.accept(new Finding("C programs", missing == null,
                missing == null ? "run unmodified as domains of the local platform" : missing));
    }

    private boolean host() {
        try {
            report.accept(new Finding("local host", true, directory + ": " + LocalPlatform.statistics(directory)));
            return true;
        } catch (PlatformException e) {
            report.accept(new Finding("local host", false, e.getMessage()));
            return false;
        }
    }
}
