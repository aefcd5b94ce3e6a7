/** What the launchers share: reading settings, time limits, running programs. Not exported. */
package dev.conduit.rendezvous.launch.support;
