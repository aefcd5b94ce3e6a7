package dev.conduit.rendezvous.launch.xapi;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** A small pool: the part of the XenAPI that the launcher uses, with the power states it allows, over JSON-RPC 2.0 and TLS. */
final class SimulatedPool implements AutoCloseable {

    static final String PASSWORD = "a secret";
    private static final JsonMapper JSON = new JsonMapper();
    private static final char[] STORE_PASSWORD = "changeit".toCharArray();

    final List<String> calls = Collections.synchronizedList(new ArrayList<>());
    /** By reference: name, UUID, power state, operations. */
    final Map<String, Map<String, Object>> machines = new ConcurrentHashMap<>();
    /** What a method answers instead: an error's code and details. */
    final Map<String, List<String>> errors = new ConcurrentHashMap<>();
    /** Methods that do not answer before it is counted down. */
    final Map<String, CountDownLatch> hanging = new ConcurrentHashMap<>();
    /** What every call answers instead. */
    volatile String rubbish;

    private final HttpsServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final X509Certificate certificate;
    private final Path folder;
    private volatile int sessions;

    SimulatedPool(Path folder, Path store) throws Exception {
        this.folder = folder;
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            keys.load(in, STORE_PASSWORD);
        }
        certificate = (X509Certificate) keys.getCertificate("pool");
        KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(keys, STORE_PASSWORD);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), null, null);
        server = HttpsServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(context));
        server.createContext("/jsonrpc", this::answer);
        server.setExecutor(threads);
        server.start();
    }

    /** Makes a key with a certificate that signs itself, by the JDK's keytool. */
    static Path makeKey(Path folder) throws Exception {
        Path store = folder.resolve("store.p12");
        Process keytool = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair", "-keyalg", "EC", "-alias", "pool", "-dname", "CN=pool", "-ext", "SAN=IP:127.0.0.1",
                "-keystore", store.toString(), "-storetype", "PKCS12", "-storepass", new String(STORE_PASSWORD))
                .redirectErrorStream(true).redirectOutput(folder.resolve("keytool.log").toFile()).start();
        if (!keytool.waitFor(60, TimeUnit.SECONDS) || keytool.exitValue() != 0) {
            throw new AssertionError(Files.readString(folder.resolve("keytool.log")));
        }
        return store;
    }

    String url() {
        return "https://127.0.0.1:" + server.getAddress().getPort();
    }

    String fingerprint() throws Exception {
        return PinnedCertificate.fingerprint(certificate);
    }

    /** Its certificate signs itself. */
    Path authorities() throws Exception {
        return Files.writeString(folder.resolve("ca.pem"), "-----BEGIN CERTIFICATE-----\n"
                + Base64.getMimeEncoder().encodeToString(certificate.getEncoded()) + "\n-----END CERTIFICATE-----\n");
    }

    void machine(String ref, String name, String power) {
        Map<String, Object> machine = new ConcurrentHashMap<>(Map.of("name_label", name, "power_state", power,
                "uuid", "00000000-0000-0000-0000-" + String.format("%012d", machines.size()),
                "is_a_template", false, "is_control_domain", false, "current_operations", Map.of()));
        machines.put(ref, machine);
    }

    void expireSessions() {
        sessions++;
    }

    private String session() {
        return "OpaqueRef:session-" + sessions;
    }

    private void answer(HttpExchange exchange) throws IOException {
        byte[] reply;
        try (exchange) {
            JsonNode request = JSON.readTree(exchange.getRequestBody().readAllBytes());
            ObjectNode answer = JSON.createObjectNode().put("jsonrpc", "2.0");
            answer.set("id", request.get("id"));
            try {
                answer.set("result", JSON.valueToTree(call(request.get("method").asString(), request.get("params"))));
            } catch (Refusal refusal) {
                ObjectNode error = JSON.createObjectNode().put("code", 1).put("message", refusal.words.get(0));
                error.set("data", JSON.valueToTree(refusal.words.subList(1, refusal.words.size())));
                answer.set("error", error);
            }
            reply = rubbish != null ? rubbish.getBytes() : JSON.writeValueAsBytes(answer);
            exchange.sendResponseHeaders(200, reply.length);
            exchange.getResponseBody().write(reply);
        }
    }

    private static final class Refusal extends Exception {

        private static final long serialVersionUID = 1L;
        private final transient List<String> words;

        Refusal(String... words) {
            this.words = List.of(words);
        }
    }

    private Object call(String method, JsonNode parameters) throws Refusal {
        calls.add(method);
        if (hanging.containsKey(method)) {
            try {
                hanging.get(method).await();
            } catch (InterruptedException e) {
                throw new Refusal("INTERRUPTED");
            }
        }
        if (errors.containsKey(method)) {
            throw new Refusal(errors.get(method).toArray(String[]::new));
        }
        if (method.equals("session.login_with_password")) {
            if (!parameters.get(1).asString().equals(PASSWORD)) {
                throw new Refusal("SESSION_AUTHENTICATION_FAILED", parameters.get(0).asString(), "Authentication failure");
            }
            return session();
        }
        if (!parameters.get(0).asString().equals(session())) {
            throw new Refusal("SESSION_INVALID", parameters.get(0).asString());
        }
        return switch (method) {
            case "session.logout" -> "";
            case "VM.get_all_records" -> new LinkedHashMap<>(machines);
            case "VM.get_by_name_label" -> find("name_label", parameters.get(1).asString());
            case "VM.get_by_uuid" -> find("uuid", parameters.get(1).asString()).get(0);
            case "VM.get_power_state" -> machine(parameters).get("power_state");
            case "VM.start" -> move(parameters, "Running", "Halted");
            case "VM.unpause" -> move(parameters, "Running", "Paused");
            case "VM.resume" -> move(parameters, "Running", "Suspended");
            case "VM.suspend" -> move(parameters, "Suspended", "Running");
            case "VM.clean_shutdown" -> move(parameters, "Halted", "Running");
            case "VM.hard_shutdown" -> move(parameters, "Halted", "Running", "Paused", "Suspended");
            default -> throw new Refusal("MESSAGE_METHOD_UNKNOWN", method);
        };
    }

    private List<String> find(String key, String value) {
        return machines.entrySet().stream().filter(each -> each.getValue().get(key).equals(value)).map(Map.Entry::getKey)
                .toList();
    }

    private Map<String, Object> machine(JsonNode parameters) throws Refusal {
        Map<String, Object> machine = machines.get(parameters.get(1).asString());
        if (machine == null) {
            throw new Refusal("HANDLE_INVALID", "VM", parameters.get(1).asString());
        }
        return machine;
    }

    private Object move(JsonNode parameters, String to, String... from) throws Refusal {
        Map<String, Object> machine = machine(parameters);
        String power = (String) machine.get("power_state");
        if (!List.of(from).contains(power)) {
            throw new Refusal("VM_BAD_POWER_STATE", parameters.get(1).asString(), from[0], power);
        }
        machine.put("power_state", to);
        return "";
    }

    @Override
    public void close() {
        hanging.values().forEach(CountDownLatch::countDown);
        server.stop(0);
        threads.shutdownNow();
    }
}
