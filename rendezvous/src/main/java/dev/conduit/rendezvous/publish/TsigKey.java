package dev.conduit.rendezvous.publish;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.spec.SecretKeySpec;
import org.xbill.DNS.Name;
import org.xbill.DNS.TSIG;
import org.xbill.DNS.TextParseException;

/** A secret shared with a name server (RFC 8945). Prints without the secret. */
public final class TsigKey {

    private static final Set<String> ALGORITHMS =
            Set.of("hmac-sha1", "hmac-sha224", "hmac-sha256", "hmac-sha384", "hmac-sha512");
    private static final int LARGEST_FILE = 4096;
    /** As in BIND's key files, with C and shell comments gone; at most {@value #LARGEST_FILE} bytes are matched. */
    private static final Pattern BIND_FORM =
            Pattern.compile("\\s*key\\s+\"?([^\"\\s{]+)\"?\\s*\\{([^}]*)\\}\\s*;?\\s*");
    private static final Pattern LINE_FORM = Pattern.compile("\\s*(?:([^:\\s]+):)?([^:\\s]+):([^:\\s]+)\\s*");
    private static final String STANDARD = "hmac-sha256";

    private final Name name;
    private final String algorithm;
    private final byte[] secret;
    private final Clock clock;

    private TsigKey(Name name, String algorithm, byte[] secret, Clock clock) {
        this.name = name;
        this.algorithm = algorithm;
        this.secret = secret;
        this.clock = clock;
    }

    /**
     * Makes a key.
     *
     * @param name as the server knows it
     * @param algorithm {@code hmac-sha256}, or another of sha1, sha224, sha384, sha512
     * @param secret in Base64
     * @return the key
     * @throws IllegalArgumentException when one is not possible; the message says which, never the secret
     */
    public static TsigKey of(String name, String algorithm, String secret) {
        String known = algorithm.toLowerCase(Locale.ROOT);
        if (!ALGORITHMS.contains(known)) {
            throw new IllegalArgumentException("TSIG key '" + name + "': algorithm '" + algorithm
                    + "' is not one of hmac-sha1, hmac-sha224, hmac-sha256, hmac-sha384, hmac-sha512");
        }
        byte[] bytes;
        try {
            bytes = Base64.getDecoder().decode(secret);
        } catch (IllegalArgumentException wrong) {
            throw new IllegalArgumentException("TSIG key '" + name + "': the secret is not Base64");
        }
        if (bytes.length == 0) {
            throw new IllegalArgumentException("TSIG key '" + name + "': the secret is empty");
        }
        try {
            return new TsigKey(Name.fromString(name, Name.root), known, bytes, Clock.systemUTC());
        } catch (TextParseException wrong) {
            throw new IllegalArgumentException("TSIG key '" + name + "': that is no name: " + wrong.getMessage());
        }
    }

    /**
     * Reads a key file: what {@code tsig-keygen} writes, or one line as {@link #parse} takes it, which {@code keymgr
     * -t} writes in its comment. Other lines that begin with {@code #} or {@code //} are comments.
     *
     * @param file its path
     * @return the key
     * @throws IOException when the file cannot be read, or holds no key in one of the forms; one line
     */
    public static TsigKey read(Path file) throws IOException {
        if (Files.size(file) > LARGEST_FILE) {
            throw new IOException("key file " + file + " has more than " + LARGEST_FILE + " bytes");
        }
        String text = Files.readString(file, StandardCharsets.ISO_8859_1);
        try {
            return parseFile(text);
        } catch (IllegalArgumentException wrong) {
            throw new IOException("key file " + file + ": " + wrong.getMessage());
        }
    }

    /**
     * Reads a key from one line, as {@code nsupdate -y} takes it.
     *
     * @param line {@code algorithm:name:secret}, or {@code name:secret} for hmac-sha256
     * @return the key
     * @throws IllegalArgumentException when it is neither, or a part is not possible; without the secret
     */
    public static TsigKey parse(String line) {
        Matcher parts = LINE_FORM.matcher(line);
        if (!parts.matches()) {
            throw new IllegalArgumentException("a TSIG key is 'algorithm:name:secret' or 'name:secret'");
        }
        return of(parts.group(2), Optional.ofNullable(parts.group(1)).orElse(STANDARD), parts.group(3));
    }

    static TsigKey parseFile(String text) {
        String bare = text.replaceAll("(?m)^\\s*(//|#).*$", "");
        Matcher bind = BIND_FORM.matcher(bare);
        if (bind.matches()) {
            return of(bind.group(1), clause(bind.group(2), "algorithm"), clause(bind.group(2), "secret"));
        }
        String line = text.replaceAll("(?s)^#\\s*(hmac-[^\\n]*)\\n.*", "$1");
        if (!LINE_FORM.matcher(line).matches()) {
            throw new IllegalArgumentException(
                    "it is neither 'key \"name\" { algorithm ...; secret ...; };' nor 'algorithm:name:secret'");
        }
        return parse(line);
    }

    private static String clause(String clauses, String key) {
        for (String clause : clauses.split(";")) {
            String[] words = clause.trim().split("\\s+", 2);
            if (words[0].equals(key) && words.length == 2) {
                return words[1].replaceAll("^\"|\"$", "");
            }
        }
        throw new IllegalArgumentException("the key has no '" + key + "'");
    }

    TsigKey at(Clock otherClock) {
        return new TsigKey(name, algorithm, secret, otherClock);
    }

    TSIG tsig() {
        return new TSIG(TSIG.algorithmToName(algorithm), name, new SecretKeySpec(secret, algorithm), clock);
    }

    /** The name and the algorithm. */
    @Override
    public String toString() {
        return name.toString(true) + " (" + algorithm + ")";
    }
}
