package dev.conduit.core.posix;

import static org.assertj.core.api.Assertions.assertThat;

import dev.conduit.core.posix.PosixLoader.Choice;
import java.io.InputStream;
import java.lang.reflect.Proxy;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

class PosixLoaderTest {

    private static final int CLASS_FILE_MAJOR_VERSION = 7;

    @Test
    @EnabledIfSystemProperty(named = "conduit.expect.native", matches = ".+",
            disabledReason = "no expectation given: run by hand, outside the build")
    void shouldChooseWhatThisRunExpects() {
        assertThat(PosixLoader.posix().name()).isEqualTo(System.getProperty("conduit.expect.native"));
        assertThat(PosixLoader.unavailable()).isNull();
        assertThat(PosixLoader.posix()).isSameAs(PosixLoader.posix());
    }

    @Test
    void shouldPreferTheHighestPriority() {
        Choice choice = PosixLoader.choose(List.of(provider("jna", 10), provider("ffm", 20)).iterator(), null);

        assertThat(choice.posix().name()).isEqualTo("ffm");
        assertThat(choice.unavailable()).isNull();
        assertThat(choice.skipped()).isEmpty();
    }

    @Test
    void shouldTakeTheForcedProvider() {
        Choice choice = PosixLoader.choose(List.of(provider("jna", 10), provider("ffm", 20)).iterator(), "jna");

        assertThat(choice.posix().name()).isEqualTo("jna");
    }

    @Test
    void shouldExplainWhenTheForcedProviderIsMissing() {
        Choice choice = PosixLoader.choose(List.of(provider("jna", 10)).iterator(), "ffm");

        assertThat(choice.posix()).isNull();
        assertThat(choice.unavailable()).isEqualTo(
                "native backend 'ffm', forced by -Dconduit.native, is not available; found: jna");
    }

    @Test
    void shouldSkipAClassCompiledForANewerJava() {
        Choice choice = PosixLoader.choose(failing(
                () -> new UnsupportedClassVersionError("class file version 66.0"),
                provider("jna", 10)), null);

        assertThat(choice.posix().name()).isEqualTo("jna");
        assertThat(choice.skipped())
                .containsExactly("java.lang.UnsupportedClassVersionError: class file version 66.0");
    }

    @Test
    void shouldKeepTheInnermostReasonOfAFailure() {
        Choice choice = PosixLoader.choose(failing(
                () -> new ServiceConfigurationError("cannot make it",
                        new IllegalStateException("outer", new UnsatisfiedLinkError("no\nlibrary"))),
                provider("jna", 10)), null);

        assertThat(choice.skipped()).containsExactly("cannot make it: java.lang.UnsatisfiedLinkError: no library");
    }

    @Test
    void shouldExplainWhenNothingLoads() {
        Choice choice = PosixLoader.choose(failing(() -> new NoClassDefFoundError("com/sun/jna/Native"), null), null);

        assertThat(choice.posix()).isNull();
        assertThat(choice.unavailable()).isEqualTo("no native backend works here; found: none; not usable: "
                + "java.lang.NoClassDefFoundError: com/sun/jna/Native");
    }

    @Test
    void shouldFallBackWhenTheBestProviderFailsItsProbe() {
        Posix broken = provider("ffm", 20, () -> {
            throw new UnsatisfiedLinkError("restricted");
        });
        Choice choice = PosixLoader.choose(List.of(broken, provider("jna", 10)).iterator(), null);

        assertThat(choice.posix().name()).isEqualTo("jna");
        assertThat(choice.skipped()).containsExactly("ffm: java.lang.UnsatisfiedLinkError: restricted");
    }

    @Test
    void shouldSkipAProviderThatDoesNotReportErrno() {
        Choice choice = PosixLoader.choose(List.of(provider("jna", 10, () -> -1)).iterator(), null);

        assertThat(choice.posix()).isNull();
        assertThat(choice.unavailable()).isEqualTo("no native backend works here; found: jna; not usable: "
                + "jna: munmap(0, 0) gave -1 in place of -22");
    }

    @Test
    void shouldSkipWhatTheRealServiceLoaderCannotLoad(@TempDir Path directory) throws Exception {
        byte[] classFile;
        try (InputStream in = PosixLoaderTest.class.getResourceAsStream("PosixLoaderTest.class")) {
            classFile = in.readAllBytes();
        }
        classFile[CLASS_FILE_MAJOR_VERSION] = 120;
        Files.createDirectories(directory.resolve("newer"));
        Files.write(directory.resolve("newer/Provider.class"), classFile);
        Files.createDirectories(directory.resolve("META-INF/services"));
        Files.writeString(directory.resolve("META-INF/services/" + Posix.class.getName()),
                "missing.Provider\nnewer.Provider\n");

        try (URLClassLoader loader = new URLClassLoader(new URL[] {directory.toUri().toURL()},
                Posix.class.getClassLoader())) {
            Choice choice = PosixLoader.choose(ServiceLoader.load(Posix.class, loader).iterator(), null);

            assertThat(choice.posix().name()).isEqualTo(PosixLoader.posix().name());
            assertThat(choice.skipped()).hasSize(2);
            assertThat(choice.skipped().get(0)).contains("missing.Provider not found");
            assertThat(choice.skipped().get(1)).contains("UnsupportedClassVersionError")
                    .contains("class file version 120.");
        }
    }

    @Test
    void shouldGiveUpOnALoaderThatNeverAdvances() {
        Iterator<Posix> stuck = new Iterator<>() {
            @Override
            public boolean hasNext() {
                throw new ServiceConfigurationError("stuck");
            }

            @Override
            public Posix next() {
                throw new AssertionError("hasNext never returned");
            }
        };

        assertThat(PosixLoader.choose(stuck, null).skipped()).isNotEmpty().containsOnly(
                "java.util.ServiceConfigurationError: stuck");
    }

    private static Iterator<Posix> failing(Supplier<? extends Error> failure, Posix then) {
        ArrayDeque<Supplier<Posix>> steps = new ArrayDeque<>();
        steps.add(() -> {
            throw failure.get();
        });
        if (then != null) {
            steps.add(() -> then);
        }
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                return !steps.isEmpty();
            }

            @Override
            public Posix next() {
                return steps.remove().get();
            }
        };
    }

    private static Posix provider(String name, int priority) {
        return provider(name, priority, () -> -Errno.EINVAL);
    }

    private static Posix provider(String name, int priority, Supplier<Integer> munmap) {
        return (Posix) Proxy.newProxyInstance(Posix.class.getClassLoader(), new Class<?>[] {Posix.class},
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "name" -> name;
                    case "priority" -> priority;
                    case "munmap" -> munmap.get();
                    default -> throw new UnsupportedOperationException(method.getName());
                });
    }
}
