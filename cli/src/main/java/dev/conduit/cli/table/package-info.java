/** Tables on a terminal. */
package dev.conduit.cli.table;
