/** The system calls by JNA direct mapping: works on every Java from 17. */
package dev.conduit.core.jna;
