/** What management tools want to know: who has which name, and who is connected. For dom0. */
package dev.conduit.rendezvous.listing;
