/** Programs in several domains that do what a test in dom0 orders, over XenStore. */
package dev.conduit.testbed.actor;
