/** What dom0 of a Xen host does for names: makes them for guests that cannot, and removes what dead domains left. */
package dev.conduit.rendezvous.steward;
