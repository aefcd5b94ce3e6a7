/** What the directory says of services: their states, their starts, and the answers askers get. */
package dev.conduit.rendezvous.directory.service;
