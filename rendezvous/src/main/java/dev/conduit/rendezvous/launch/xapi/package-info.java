/** The launcher {@code xapi}: XenServer and XCP-ng. */
package dev.conduit.rendezvous.launch.xapi;
