/** In the guest: connections that the front began become sockets of the guest's own kernel. */
package dev.conduit.synjitsu.adopt;
