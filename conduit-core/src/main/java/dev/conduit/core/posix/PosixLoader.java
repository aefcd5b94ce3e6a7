package dev.conduit.core.posix;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;

/**
 * Chooses the {@link Posix} of this process: the highest-ranking provider that loads. A provider that cannot load here
 * (compiled for a newer Java, native library missing) is skipped, and why is kept for {@code conduit doctor}.
 *
 * <p>The system property {@code conduit.native} ({@code jna} or {@code ffm}) forces one. The choice is made once, at
 * the first use, and only what is tried is bound to native code. Thread-safe.
 */
public final class PosixLoader {

    /** The system property that forces a provider by its name. */
    public static final String PROPERTY = "conduit.native";

    /** Bounds a service loader that fails without advancing. */
    private static final int MAX_FAILURES = 16;

    private PosixLoader() {
    }

    /**
     * Returns the provider of this process.
     *
     * @return always the same object
     * @throws UnsupportedOperationException when there is none; the message says why
     */
    public static Posix posix() {
        if (Chosen.CHOICE.posix() == null) {
            throw new UnsupportedOperationException(Chosen.CHOICE.unavailable());
        }
        return Chosen.CHOICE.posix();
    }

    /**
     * Says why there is no provider.
     *
     * @return null when there is one, else one line
     */
    public static String unavailable() {
        return Chosen.CHOICE.unavailable();
    }

    /**
     * Says which providers were found but cannot be used, and why.
     *
     * @return one line each, unmodifiable, in the order found
     */
    public static List<String> skipped() {
        return Chosen.CHOICE.skipped();
    }

    /** Chooses from what an iterator gives; {@code forced} is null or the name of the only acceptable one. */
    static Choice choose(Iterator<Posix> providers, String forced) {
        List<Posix> loaded = new ArrayList<>();
        List<String> skipped = new ArrayList<>();
        while (skipped.size() < MAX_FAILURES) {
            try {
                if (!providers.hasNext()) {
                    break;
                }
                loaded.add(providers.next());
            } catch (ServiceConfigurationError | LinkageError e) {
                skipped.add(reason(e));
            }
        }
        loaded.sort(Comparator.comparingInt(Posix::priority).reversed());
        for (Posix candidate : loaded) {
            if (forced == null || candidate.name().equals(forced)) {
                String fault = probe(candidate);
                if (fault == null) {
                    return new Choice(candidate, null, List.copyOf(skipped));
                }
                skipped.add(fault);
            }
        }
        return new Choice(null, explain(forced, loaded, skipped), List.copyOf(skipped));
    }

    /** Makes one harmless call, which binds the native functions; returns null or why the provider does not work. */
    private static String probe(Posix candidate) {
        try {
            int result = candidate.munmap(0, 0);
            return result == -Errno.EINVAL ? null
                    : candidate.name() + ": munmap(0, 0) gave " + result + " in place of " + -Errno.EINVAL;
        } catch (LinkageError | RuntimeException e) {
            return candidate.name() + ": " + reason(e);
        }
    }

    private static String explain(String forced, List<Posix> loaded, List<String> skipped) {
        String found = loaded.isEmpty() ? "none" : String.join(", ", loaded.stream().map(Posix::name).toList());
        String why = skipped.isEmpty() ? "" : "; not usable: " + String.join("; ", skipped);
        String what = forced == null ? "no native backend works here"
                : "native backend '" + forced + "', forced by -D" + PROPERTY + ", is not available";
        return what + "; found: " + found + why;
    }

    /** The message, and that of the innermost cause, which is where the reason stands: both in one line. */
    private static String reason(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        String outer = failure.getMessage();
        String text = failure == root || outer == null ? root.toString()
                : outer.contains(root.toString()) ? outer : outer + ": " + root;
        return text.replaceAll("\\s+", " ");
    }

    /** The outcome: a provider, or why there is none. */
    record Choice(Posix posix, String unavailable, List<String> skipped) {
    }

    /** Holds the choice of the process; chosen when first touched. */
    private static final class Chosen {
        private static final Choice CHOICE = choose(
                ServiceLoader.load(Posix.class, PosixLoader.class.getClassLoader()).iterator(),
                System.getProperty(PROPERTY));
    }
}
