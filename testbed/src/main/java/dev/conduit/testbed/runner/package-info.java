/** Runs JUnit classes in there, as quickly as an emulated processor can. */
package dev.conduit.testbed.runner;
