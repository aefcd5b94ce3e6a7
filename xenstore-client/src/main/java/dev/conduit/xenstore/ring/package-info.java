/** The ring in a shared page that carries XenStore messages: its layout and the two halves of a byte stream. */
package dev.conduit.xenstore.ring;
