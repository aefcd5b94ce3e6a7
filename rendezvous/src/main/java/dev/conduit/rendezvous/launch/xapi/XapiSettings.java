package dev.conduit.rendezvous.launch.xapi;

import dev.conduit.rendezvous.launch.GuestSpec;
import dev.conduit.rendezvous.launch.support.Settings;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Locale;

/**
 * What a configuration says of a guest of this launcher.
 *
 * @param pool where to ask, and as whom
 * @param vm the machine's name, or its UUID
 */
record XapiSettings(Pool pool, String vm) {

    /**
     * A pool's coordinator, and what is needed to talk to it.
     *
     * @param url of the coordinator, without a path
     * @param user who asks
     * @param passwordFile holds the password in its first line
     * @param fingerprint SHA-256 of its certificate, 64 hexadecimal digits, or null
     * @param authorities a file of certificates (PEM) that may have signed its own, or null
     */
    record Pool(URI url, String user, Path passwordFile, String fingerprint, Path authorities) {}

    private static final String USER = "root";

    /** Mistakes are in the settings afterwards. */
    static XapiSettings read(GuestSpec guest, Settings settings) {
        String password = settings.required("passwordFile");
        String fingerprint = settings.text("fingerprint", null);
        if (fingerprint != null) {
            fingerprint = fingerprint.replace(":", "").toLowerCase(Locale.ROOT);
            if (!fingerprint.matches("[0-9a-f]{64}")) {
                settings.problem("fingerprint", "is not 64 hexadecimal digits: the SHA-256 of a certificate");
            }
        }
        String authorities = settings.text("ca", null);
        if (fingerprint != null && authorities != null) {
            settings.problem("ca", "cannot be given beside fingerprint");
        }
        Pool pool = new Pool(url(settings), settings.text("user", USER), path(password), fingerprint, path(authorities));
        return new XapiSettings(pool, settings.text("vm", guest.name()));
    }

    private static URI url(Settings settings) {
        String text = settings.required("url");
        if (text == null) {
            return null;
        }
        try {
            URI url = new URI(text);
            boolean secure = "https".equals(url.getScheme());
            boolean near = "http".equals(url.getScheme())
                    && String.valueOf(url.getHost()).matches("localhost|127\\.[0-9.]+|\\[::1\\]");
            if (url.getHost() != null && (secure || near) && url.getUserInfo() == null && url.getPath().matches("/?")) {
                return url.resolve("/jsonrpc");
            }
        } catch (URISyntaxException e) {
            // Said below.
        }
        settings.problem("url", "'" + text + "' is not https://HOST (http only for this machine itself)");
        return null;
    }

    private static Path path(String text) {
        return text == null ? null : Path.of(text).toAbsolutePath();
    }
}
