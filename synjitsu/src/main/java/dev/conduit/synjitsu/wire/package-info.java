/**
 * What stands in a frame: one class a layout, with its offsets, and checked both ways. Reading never throws: what is
 * malformed or not understood is {@code null} and counted in {@link dev.conduit.synjitsu.wire.Drops}. Buffers are big
 * endian, as {@link java.nio.ByteBuffer} is by default; what is read are views, not copies.
 */
package dev.conduit.synjitsu.wire;
