/** The launchers of the rendezvous module, with the toolstacks of a real Xen. */
package dev.conduit.testbed.launch;
