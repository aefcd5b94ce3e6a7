package dev.conduit.rendezvous.launch.xapi;

import dev.conduit.rendezvous.launch.LaunchException;
import dev.conduit.rendezvous.launch.support.OneLine;
import dev.conduit.rendezvous.time.Deadline;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Calls of the XenAPI to one pool, in a session that is begun when it is needed and again when it has expired. */
final class XapiClient implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(XapiClient.class);
    private static final JsonMapper JSON = new JsonMapper();
    private static final int MAX_ANSWER = 256 << 20;
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);
    private static final Duration LOGOUT_TIMEOUT = Duration.ofSeconds(3);
    private static final String API_VERSION = "1.0";
    private static final String ORIGINATOR = "conduit";

    private final XapiSettings.Pool pool;
    private final HttpClient http;
    private final AtomicLong ids = new AtomicLong();
    private volatile String session;

    XapiClient(XapiSettings.Pool pool) throws LaunchException {
        this.pool = pool;
        try {
            HttpClient.Builder builder = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1)
                    .connectTimeout(CONNECT_TIMEOUT);
            TrustManager[] trust = trust(pool);
            if (trust != null) {
                SSLContext context = SSLContext.getInstance("TLS");
                context.init(null, trust, null);
                builder.sslContext(context);
            }
            http = builder.build();
        } catch (GeneralSecurityException | IOException e) {
            throw new LaunchException("ca: cannot use " + pool.authorities() + ": " + OneLine.of(e), e);
        }
    }

    /** Null for the certificates that Java trusts. */
    private static TrustManager[] trust(XapiSettings.Pool pool) throws GeneralSecurityException, IOException {
        if (pool.fingerprint() != null) {
            return new TrustManager[] {new PinnedCertificate(pool.fingerprint())};
        }
        if (pool.authorities() == null) {
            return null;
        }
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        try (InputStream file = Files.newInputStream(pool.authorities())) {
            int number = 0;
            for (Certificate each : CertificateFactory.getInstance("X.509").generateCertificates(file)) {
                store.setCertificateEntry("ca" + number++, each);
            }
        }
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        return factory.getTrustManagers();
    }

    /** Calls a method with the session as its first parameter. */
    JsonNode call(Deadline limit, String method, Object... parameters)
            throws XapiError, LaunchException, InterruptedException {
        String used = session;
        if (used != null) {
            try {
                return exchange(limit, method, with(used, parameters));
            } catch (XapiError e) {
                if (!e.code().equals("SESSION_INVALID")) {
                    throw e;
                }
                LOG.debug("the session at {} has expired", pool.url());
            }
        }
        return exchange(limit, method, with(login(limit, used), parameters));
    }

    private static List<Object> with(String first, Object... rest) {
        List<Object> all = new ArrayList<>(List.of(first));
        all.addAll(Arrays.asList(rest));
        return all;
    }

    /** One of those that find their session expired begins another, for all. */
    private synchronized String login(Deadline limit, String expired)
            throws XapiError, LaunchException, InterruptedException {
        if (session == null || session.equals(expired)) {
            session = exchange(limit, "session.login_with_password",
                    List.of(pool.user(), password(), API_VERSION, ORIGINATOR)).asString();
        }
        return session;
    }

    private String password() throws LaunchException {
        try {
            return Files.readAllLines(pool.passwordFile()).stream().findFirst().orElse("");
        } catch (IOException e) {
            throw new LaunchException("passwordFile: cannot read " + OneLine.of(e), e);
        }
    }

    private JsonNode exchange(Deadline limit, String method, List<Object> parameters)
            throws XapiError, LaunchException, InterruptedException {
        ObjectNode request = JSON.createObjectNode().put("jsonrpc", "2.0").put("method", method)
                .put("id", ids.incrementAndGet());
        request.set("params", JSON.valueToTree(parameters));
        HttpResponse<byte[]> response = send(limit, method, HttpRequest.newBuilder(pool.url())
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofByteArray(JSON.writeValueAsBytes(request))).build());
        if (response.statusCode() != 200) {
            throw new LaunchException(method + ": " + pool.url() + " answered with HTTP status " + response.statusCode());
        }
        JsonNode answer;
        try {
            answer = JSON.readTree(response.body());
        } catch (JacksonException e) {
            throw new LaunchException(method + ": " + pool.url() + " answered with what is not JSON", e);
        }
        if (answer.hasNonNull("error")) {
            throw XapiError.of(answer.get("error"));
        }
        if (!answer.has("result")) {
            throw new LaunchException(method + ": " + pool.url() + " answered with neither result nor error");
        }
        return answer.get("result");
    }

    private HttpResponse<byte[]> send(Deadline limit, String method, HttpRequest request)
            throws LaunchException, InterruptedException {
        CompletableFuture<HttpResponse<byte[]>> answer = http.sendAsync(request, head -> new BoundedBody(MAX_ANSWER));
        try {
            return answer.get(limit.left().toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            throw new LaunchException(method + ": " + pool.url() + ": " + why(e.getCause()), e.getCause());
        } catch (TimeoutException e) {
            throw new LaunchException(method + ": " + pool.url() + " did not answer within " + limit.whole().toMillis()
                    + " ms", e);
        } finally {
            answer.cancel(true);
        }
    }

    /** A failed connection often has no message of its own, and a refused certificate several. */
    private static String why(Throwable failure) {
        Throwable deepest = failure;
        while (deepest.getCause() != null && deepest.getCause().getMessage() != null) {
            deepest = deepest.getCause();
        }
        return OneLine.of(deepest);
    }

    /** Ends the session, so that the pool need not keep it. */
    @Override
    public void close() {
        String used = session;
        session = null;
        if (used == null) {
            return;
        }
        boolean interrupted = Thread.interrupted();
        try {
            exchange(Deadline.after(LOGOUT_TIMEOUT), "session.logout", List.of(used));
        } catch (XapiError | LaunchException e) {
            LOG.debug("no logout: {}", OneLine.of(e));
        } catch (InterruptedException e) {
            interrupted = true;
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
