package dev.conduit.xenstore;

import java.util.List;
import java.util.Set;

/**
 * Domains, features and quotas of a server. But for {@link #features()}, for domain 0 only: others get EACCES.
 *
 * <p>Every call blocks for one or two exchanges with the server, each bounded by the request time-out. Features and
 * quotas are known to C xenstored from 4.21 and 4.22 on and to the server of this library; others answer ENOSYS.
 */
public interface XenStoreAdministration {

    /**
     * Makes a domain known to the server, with its shared page and event channel.
     *
     * @param domain domain id
     * @param frame guest frame of the shared page; C xenstored ignores it and uses grant reference 1
     * @param eventChannel port of the domain
     * @throws XenStoreException EACCES, EINVAL, ENOENT (no such domain) and others
     */
    void introduce(int domain, long frame, int eventChannel) throws XenStoreException;

    /**
     * Makes the server forget a domain; its connection ends and its nodes are removed.
     *
     * @param domain domain id, not 0
     * @throws XenStoreException EACCES, EINVAL, ENOENT (not introduced; EINVAL from oxenstored) and others
     */
    void release(int domain) throws XenStoreException;

    /**
     * Tells whether a domain was introduced.
     *
     * @param domain domain id
     * @return true between introduction and release
     * @throws XenStoreException EACCES and others
     */
    boolean isIntroduced(int domain) throws XenStoreException;

    /**
     * Tells the server that a domain that had shut down runs again.
     *
     * @param domain domain id
     * @throws XenStoreException EACCES, ENOENT and others
     */
    void resume(int domain) throws XenStoreException;

    /**
     * Gives a domain the rights of another, as a device model needs them.
     *
     * @param domain gets the rights
     * @param target whose rights
     * @throws XenStoreException EACCES, ENOENT (one of them is not introduced) and others
     */
    void setTarget(int domain, int target) throws XenStoreException;

    /**
     * Sends a command to the server itself; {@code help} lists those it knows. oxenstored answers OK to commands it
     * does not know.
     *
     * @param command first word
     * @param arguments further words
     * @return what the server says, such as {@code OK}
     * @throws XenStoreException EACCES, EINVAL and others
     */
    String control(String command, String... arguments) throws XenStoreException;

    /**
     * Asks what the server offers this connection.
     *
     * @return features; none from a server that does not know the question
     * @throws XenStoreException every error but ENOSYS
     */
    Set<Feature> features() throws XenStoreException;

    /**
     * Asks what a domain may use.
     *
     * @param domain domain id
     * @return features
     * @throws XenStoreException EACCES, ENOENT, ENOSYS and others
     */
    Set<Feature> features(int domain) throws XenStoreException;

    /**
     * Chooses what a domain may use, before it is introduced.
     *
     * @param domain domain id
     * @param features a part of what the server offers
     * @throws XenStoreException EBUSY (introduced already), EINVAL (not offered), EACCES, ENOENT, ENOSYS and others
     */
    void setFeatures(int domain, Set<Feature> features) throws XenStoreException;

    /**
     * Lists the quotas the server knows.
     *
     * @return names, such as {@code nodes}
     * @throws XenStoreException EACCES, ENOSYS and others
     */
    List<String> quotas() throws XenStoreException;

    /**
     * Reads the quota that holds for domains without one of their own.
     *
     * @param name one of {@link #quotas}
     * @return the limit; 0 is none
     * @throws XenStoreException EINVAL (no such quota), EACCES, ENOSYS and others
     */
    long quota(String name) throws XenStoreException;

    /**
     * Reads the quota that holds for a domain.
     *
     * @param domain domain id
     * @param name one of {@link #quotas}
     * @return the limit; 0 is none
     * @throws XenStoreException EINVAL (no such quota), ENOENT (no such domain), EACCES, ENOSYS and others
     */
    long quota(int domain, String name) throws XenStoreException;

    /**
     * Sets the quota for domains without one of their own.
     *
     * @param name one of {@link #quotas}
     * @param value the limit, 0 to 4294967295; 0 is none
     * @throws XenStoreException EINVAL, EACCES, ENOSYS and others
     */
    void setQuota(String name, long value) throws XenStoreException;

    /**
     * Sets a quota for one domain.
     *
     * @param domain domain id
     * @param name one of {@link #quotas}
     * @param value the limit, 0 to 4294967295; 0 is none
     * @throws XenStoreException EINVAL, ENOENT (no such domain), EACCES, ENOSYS and others
     */
    void setQuota(int domain, String name, long value) throws XenStoreException;
}
