/** The Linux system calls under the platforms, behind {@link dev.conduit.core.posix.Posix}. */
package dev.conduit.core.posix;
