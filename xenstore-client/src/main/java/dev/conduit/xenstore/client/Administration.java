package dev.conduit.xenstore.client;

import dev.conduit.xenstore.Feature;
import dev.conduit.xenstore.XenStoreAdministration;
import dev.conduit.xenstore.XenStoreException;
import dev.conduit.xenstore.wire.Operation;
import dev.conduit.xenstore.wire.Payload;
import dev.conduit.xenstore.wire.Printable;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * The requests about domains, features and quotas.
 *
 * <p>Two of them may have no payload at all, and older oxenstored never answers such a request. So each is first asked
 * in a form with a payload: a server that does not answer ENOSYS to that knows the operation, and is a newer one.
 */
final class Administration implements XenStoreAdministration {

    private static final byte[] NOTHING = {};
    private static final long QUOTA_MAX = 0xFFFF_FFFFL;

    private final Exchange exchange;

    Administration(Exchange exchange) {
        this.exchange = exchange;
    }

    private byte[] ask(Operation operation, String about, String... arguments) throws XenStoreException {
        return exchange.call(operation, Transactions.NONE, Payload.strings(arguments), about);
    }

    private static String text(byte[] reply) {
        return Payload.text(reply, 0, Payload.indexOfNul(reply, 0));
    }

    private static String about(int domain) {
        return "domain " + domain;
    }

    @Override
    public void introduce(int domain, long frame, int eventChannel) throws XenStoreException {
        ask(Operation.INTRODUCE, about(domain), "" + domain, "" + frame, "" + eventChannel);
    }

    @Override
    public void release(int domain) throws XenStoreException {
        ask(Operation.RELEASE, about(domain), "" + domain);
    }

    @Override
    public boolean isIntroduced(int domain) throws XenStoreException {
        return text(ask(Operation.IS_DOMAIN_INTRODUCED, about(domain), "" + domain)).equals("T");
    }

    @Override
    public void resume(int domain) throws XenStoreException {
        ask(Operation.RESUME, about(domain), "" + domain);
    }

    @Override
    public void setTarget(int domain, int target) throws XenStoreException {
        ask(Operation.SET_TARGET, about(domain), "" + domain, "" + target);
    }

    @Override
    public String control(String command, String... arguments) throws XenStoreException {
        String[] words = new String[arguments.length + 1];
        words[0] = command;
        System.arraycopy(arguments, 0, words, 1, arguments.length);
        return text(ask(Operation.CONTROL, command, words));
    }

    @Override
    public Set<Feature> features() throws XenStoreException {
        if (!known(Operation.GET_FEATURE, "0")) {
            return EnumSet.noneOf(Feature.class);
        }
        return features(exchange.call(Operation.GET_FEATURE, Transactions.NONE, NOTHING, ""));
    }

    @Override
    public Set<Feature> features(int domain) throws XenStoreException {
        return features(ask(Operation.GET_FEATURE, about(domain), "" + domain));
    }

    private static Set<Feature> features(byte[] reply) throws XenStoreException {
        long bits = number(reply, "features");
        Set<Feature> features = EnumSet.noneOf(Feature.class);
        for (Feature feature : Feature.values()) {
            if ((bits & feature.bit()) != 0) {
                features.add(feature);
            }
        }
        return features;
    }

    @Override
    public void setFeatures(int domain, Set<Feature> features) throws XenStoreException {
        int bits = features.stream().mapToInt(Feature::bit).sum();
        ask(Operation.SET_FEATURE, about(domain), "" + domain, "" + bits);
    }

    @Override
    public List<String> quotas() throws XenStoreException {
        if (!known(Operation.GET_QUOTA, "nodes")) {
            throw new XenStoreException("ENOSYS", "the XenStore server does not know quotas");
        }
        String names = text(exchange.call(Operation.GET_QUOTA, Transactions.NONE, NOTHING, ""));
        return names.isBlank() ? List.of() : List.of(names.trim().split(" +"));
    }

    /** Asks in a form that every server answers; what it answers does not matter but for ENOSYS. */
    private boolean known(Operation operation, String argument) throws XenStoreException {
        try {
            ask(operation, argument, argument);
            return true;
        } catch (XenStoreException e) {
            if (e.error() == null) {
                throw e;
            }
            return !e.is("ENOSYS");
        }
    }

    @Override
    public long quota(String name) throws XenStoreException {
        return number(ask(Operation.GET_QUOTA, name, name), "quota '" + name + "'");
    }

    @Override
    public long quota(int domain, String name) throws XenStoreException {
        return number(ask(Operation.GET_QUOTA, name, "" + domain, name), "quota '" + name + "'");
    }

    @Override
    public void setQuota(String name, long value) throws XenStoreException {
        ask(Operation.SET_QUOTA, name, name, quotaText(value));
    }

    @Override
    public void setQuota(int domain, String name, long value) throws XenStoreException {
        ask(Operation.SET_QUOTA, name, "" + domain, name, quotaText(value));
    }

    private static String quotaText(long value) {
        if (value < 0 || value > QUOTA_MAX) {
            throw new IllegalArgumentException("quota " + value + " is not between 0 and " + QUOTA_MAX);
        }
        return Long.toString(value);
    }

    private static long number(byte[] reply, String what) throws XenStoreException {
        String text = text(reply);
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw new XenStoreException("the XenStore server sent '" + Printable.of(text) + "' for " + what
                    + ", which is no number", e);
        }
    }
}
