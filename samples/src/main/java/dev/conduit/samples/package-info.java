/** Small programs to copy from, each in one file: two processes meet by name. */
package dev.conduit.samples;
