/**
 * Hand-over to guests with nothing of ours inside: their connections' handshakes and data are played to them again, and
 * what follows is translated, as long as those connections live. Without I/O, clocks and threads.
 */
package dev.conduit.synjitsu.replay;
