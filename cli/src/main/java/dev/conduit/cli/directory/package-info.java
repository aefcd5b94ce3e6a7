/** The commands of the directory of services. */
package dev.conduit.cli.directory;
