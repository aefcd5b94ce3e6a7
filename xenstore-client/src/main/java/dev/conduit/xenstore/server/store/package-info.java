/**
 * The store itself: tree, permissions, quotas, transactions, watches. No I/O, no threads, no locks: one caller at a
 * time. Not exported.
 */
package dev.conduit.xenstore.server.store;
