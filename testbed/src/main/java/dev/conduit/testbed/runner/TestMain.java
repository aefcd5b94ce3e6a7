package dev.conduit.testbed.runner;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.junit.platform.engine.DiscoverySelector;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.launcher.LauncherConstants;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.junit.platform.reporting.legacy.xml.LegacyXmlReportGeneratingListener;

/**
 * {@code TestMain REPORT FOLDER CLASS...}: runs the classes, prints a line for each test as it ends, and leaves JUnit's XML
 * report in the folder. Exit status 0 when all have passed. JUnit's own console needs three times as long to start.
 */
public final class TestMain {

    /** Prints {@code testbed: REPORT Class.method case STATUS} for each test. */
    private record Lines(String report) implements TestExecutionListener {

        @Override
        public void executionSkipped(TestIdentifier test, String reason) {
            say(test, "SKIPPED: " + reason);
        }

        @Override
        public void executionFinished(TestIdentifier test, TestExecutionResult result) {
            if (test.isTest() || result.getStatus() != TestExecutionResult.Status.SUCCESSFUL) {
                say(test, result.getStatus().name());
                result.getThrowable().ifPresent(cause -> cause.printStackTrace(System.out));
            }
        }

        private void say(TestIdentifier test, String status) {
            System.out.printf(Locale.ROOT, "testbed: %s %s %s%n", report, name(test), status);
        }

        /** Class and method, of a parameterized test with the name of the case. */
        private static String name(TestIdentifier test) {
            String id = test.getUniqueId();
            String type = part(id, "class:");
            String method = part(id, "method:") + part(id, "test-template:");
            String simple = type.substring(type.lastIndexOf('.') + 1) + "." + method.replaceAll("\\(.*", "");
            return id.contains("invocation:") ? simple + " " + test.getDisplayName() : simple;
        }

        private static String part(String id, String key) {
            int from = id.indexOf("[" + key);
            return from < 0 ? "" : id.substring(from + key.length() + 1, id.indexOf(']', from));
        }
    }

    private TestMain() {
    }

    /** @param arguments the report's name, its folder, names of classes */
    public static void main(String[] arguments) {
        List<DiscoverySelector> classes = Arrays.stream(arguments).skip(2)
                .<DiscoverySelector>map(name -> selectClass(name)).toList();
        var request = LauncherDiscoveryRequestBuilder.request().selectors(classes)
                // Time limits of tests are for real processors; testbed/run notices hangs.
                .configurationParameter("junit.jupiter.execution.timeout.mode", "disabled")
                .configurationParameter(LauncherConstants.STACKTRACE_PRUNING_ENABLED_PROPERTY_NAME, "false")
                .build();
        SummaryGeneratingListener summary = new SummaryGeneratingListener();
        LauncherFactory.create().execute(request, new Lines(arguments[0]), summary,
                new LegacyXmlReportGeneratingListener(Path.of(arguments[1]), new PrintWriter(System.err, true)));
        summary.getSummary().printTo(new PrintWriter(System.out, true));
        System.exit(summary.getSummary().getTotalFailureCount() == 0 ? 0 : 1);
    }
}
