package org.cirr.io.checkpoint;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.ZipException;
import org.cirr.io.file.MalformedFileException;
import org.cirr.tensor.Shape;
import org.cirr.tensor.Tensor;

/** The bytes behind the tensors of one file. */
interface Storages {
  /** The file, for errors. */
  Path path();

  /** The byte order of multi-byte elements. */
  ByteOrder order();

  /** The length of a storage in bytes, or −1 when the file has none of that name. */
  long bytes(String storage);

  /** The bytes of a storage from a position on. */
  InputStream stream(String storage, long position) throws IOException;

  /** Room for values before any has been read: the size of a layer's weights. */
  int FIRST_VALUES = 1 << 22;

  /** An expanded tensor (stride 0) may have more elements than its storage, up to here. */
  int MAX_EXPANDED = 1 << 16;

  /**
   * Checks that a tensor lies inside its storage.
   *
   * <p><b>Errors</b>: {@link MalformedFileException} naming the tensor.
   */
  default void check(String name, TensorRef tensor) throws MalformedFileException {
    String remedy = "the file is damaged or truncated; copy it again";
    long bytes = bytes(tensor.storage());
    if (bytes < 0) {
      throw new MalformedFileException(
          path(), "tensor " + name, "has no storage " + tensor.storage() + " in the file", remedy);
    }
    long elements = tensor.shape().elements();
    if (elements > Shape.MAX_ELEMENTS) {
      throw new MalformedFileException(
          path(),
          "tensor " + name,
          "of shape " + tensor.shape() + " is larger than " + Shape.MAX_ELEMENTS + " elements",
          "split the tensor");
    }
    long span = tensor.span();
    long available = (bytes - tensor.byteOffset()) / tensor.type().bytes();
    if (tensor.byteOffset() < 0
        || tensor.byteOffset() > bytes
        || span > available
        || span > Shape.MAX_ELEMENTS) {
      throw new MalformedFileException(
          path(),
          "tensor " + name,
          "of shape "
              + tensor.shape()
              + " and strides "
              + tensor.strides()
              + " at byte "
              + tensor.byteOffset()
              + " does not fit its storage of "
              + bytes
              + " bytes",
          remedy);
    }
    if (elements > Math.max(MAX_EXPANDED, span)) {
      throw new MalformedFileException(
          path(),
          "tensor " + name,
          "of shape " + tensor.shape() + " repeats the " + span + " elements of its storage",
          "save it with .contiguous()");
    }
  }

  /** Reads a tensor as float32, gathering it where its strides are not row-major. */
  default Tensor load(String name, TensorRef tensor) throws IOException {
    check(name, tensor);
    if (tensor.isRowMajor() || tensor.shape().elements() == 0) {
      return Tensor.of(tensor.shape(), values(name, tensor, tensor.shape().arrayLength()));
    }
    float[] span = values(name, tensor, (int) tensor.span());
    float[] result = new float[tensor.shape().arrayLength()];
    int[] index = new int[tensor.shape().rank()];
    int from = 0;
    for (int to = 0; to < result.length; to++) {
      result[to] = span[from];
      for (int axis = index.length - 1; axis >= 0; axis--) {
        int stride = tensor.strides().get(axis).intValue();
        if (++index[axis] < tensor.shape().dim(axis)) {
          from += stride;
          break;
        }
        from -= (index[axis] - 1) * stride;
        index[axis] = 0;
      }
    }
    return Tensor.of(tensor.shape(), result);
  }

  /** Made larger as values arrive: a deflated storage can claim more than it inflates to. */
  private float[] values(String name, TensorRef tensor, int count) throws IOException {
    float[] values = new float[Math.min(count, FIRST_VALUES)];
    int size = tensor.type().bytes();
    int perChunk = Math.max(1, Math.min(count, (1 << 16) / size));
    ByteBuffer chunk = ByteBuffer.allocate(perChunk * size).order(order());
    try (InputStream in = stream(tensor.storage(), tensor.byteOffset())) {
      for (int done = 0; done < count; done += perChunk) {
        int now = Math.min(perChunk, count - done);
        if (in.readNBytes(chunk.array(), 0, now * size) < now * size) {
          throw new EOFException();
        }
        if (done + now > values.length) {
          values = Arrays.copyOf(values, (int) Math.min(count, 2L * values.length));
        }
        tensor.type().decode(chunk.clear(), values, done, now);
      }
    } catch (EOFException | ZipException e) {
      throw new MalformedFileException(
          path(),
          "tensor " + name,
          "ends early or does not inflate",
          "the file is damaged or truncated; copy it again",
          e);
    }
    return values;
  }
}
