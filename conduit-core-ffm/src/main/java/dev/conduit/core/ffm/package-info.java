/** The system calls by Panama FFM, for Java 22 and newer. */
package dev.conduit.core.ffm;
