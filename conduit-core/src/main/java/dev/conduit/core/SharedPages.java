package dev.conduit.core;

/** Pages this domain granted to another. Closing ends the grant; a peer that mapped them keeps its mapping. */
public interface SharedPages extends PageRegion {

    /**
     * Returns the grant references, one a page, in page order.
     *
     * @return a fresh array of {@link #pages()} positive numbers
     */
    int[] refs();
}
