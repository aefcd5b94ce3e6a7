/** Frames in, frames out: what answers on a link for the addresses of services that sleep. Pure, like what it is made of. */
package dev.conduit.synjitsu.front;
